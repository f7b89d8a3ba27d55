/** The commands on a real cluster. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startControlPlane } from "../../tools/control_plane/start.ts";
import { cli, spawnCli } from "../cli/deno.ts";
import { eventually } from "./eventually.ts";
import { kubectlOf } from "./kubectl.ts";

const EXAMPLES = new URL("../../examples/", import.meta.url).pathname;
const CONTEXT = "cadastre-test";

Deno.test("dev, run --dry-run and explain on a real cluster", async (t) => {
  await using plane = await startControlPlane();
  const { kubeconfig } = plane, kubectl = kubectlOf(plane), env = { KUBECONFIG: kubeconfig };

  await t.step("dev names the CRDs that are missing, and how to install them", async () => {
    const { code, stderr } = await cli(["dev", "--context", CONTEXT], env);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "subnets.kubeovn.io");
    assertStringIncludes(stderr, "deno task dev --install-crds");
  });

  await t.step(
    "dev --install-crds installs them and runs the operator until it is told to stop",
    async () => {
      const dev = spawnCli(["dev", "--context", CONTEXT, "--install-crds"], env);
      await eventually("the default Subnet is ready", async () => {
        const ready = `jsonpath={.status.conditions[?(@.type=="Ready")].status}`;
        assertEquals(await kubectl(["get", "subnet", "ovn-default", "-o", ready]), "True");
      });
      dev.kill("SIGTERM");
      const { code, stdout, stderr } = await dev.ended;
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `Context ${CONTEXT}: the operator runs on ${plane.server}`);
      assertStringIncludes(stdout, "Subnet ovn-default");
    },
  );

  await t.step("run --dry-run shows what the example would bring about, and writes nothing", async () => {
    for (const file of ["network", "workload"]) await kubectl(["apply", "-f", `${EXAMPLES}${file}.yaml`]);
    await eventually("the controllers made the pods", async () => {
      assertEquals((await kubectl(["get", "pods", "-A", "-o", "name"])).trimEnd().split("\n").length, 9);
    });
    const { code, stdout } = await cli(["run", "--dry-run", "--context", CONTEXT], env);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "+ IP database.lab");
    assertStringIncludes(stdout, "! Pod shop/stray");
    assertEquals(await kubectl(["get", "ips", "-A", "-o", "name"]), "");
    const told = "jsonpath={.metadata.annotations.ovn\\.kubernetes\\.io/allocated}";
    assert(await kubectl(["get", "pod", "-n", "lab", "database", "-o", told]) === "");
  });
});
