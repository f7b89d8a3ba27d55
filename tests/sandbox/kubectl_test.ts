/** A real kubectl against the sandbox: what users type has to work. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { systemEnv } from "../../kube/env.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { serve } from "../../sandbox/http/serve.ts";
import { FakeKubelet } from "../../sandbox/kubelet.ts";
import { runControllers } from "../../sandbox/workloads.ts";
import { ensureBinaries } from "../../tools/control_plane/binaries.ts";
import { sandbox } from "./sandbox.ts";

const SUBNET =
  "apiVersion: kubeovn.io/v1\nkind: Subnet\nmetadata: {name: sn1}\nspec: {cidrBlock: 10.0.0.0/24, vpc: v1}\n";

/** Runs one kubectl command. @returns standard output; throws with standard error. */
type Kubectl = (command: string, stdin?: string) => Promise<string>;

async function withKubectl(test: (kubectl: Kubectl) => Promise<void>): Promise<void> {
  const binary = Deno.env.get("CADASTRE_KUBECTL") ?? (await ensureBinaries({ log: () => {} })).kubectl;
  const home = await Deno.makeTempDir({ prefix: "cadastre-kubectl-" });
  const server = sandbox();
  using _controllers = runControllers(server);
  const stop = new AbortController();
  const kubelet = new FakeKubelet(new SandboxClient(server), { env: systemEnv() });
  await kubelet.ensureNodes(1);
  const running = kubelet.run(stop.signal);
  await using http = serve(server);
  try {
    await test(async (command, stdin) => {
      const process = new Deno.Command(binary, {
        args: ["--server", http.url, "--cache-dir", home, ...command.split(" ")],
        env: { HOME: home, KUBECONFIG: "/dev/null" },
        stdin: stdin === undefined ? "null" : "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      if (stdin !== undefined) {
        const writer = process.stdin.getWriter();
        await writer.write(new TextEncoder().encode(stdin));
        await writer.close();
      }
      const { success, stdout, stderr } = await process.output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
      if (!success) throw new Error(`kubectl ${command}: ${err}`);
      return out;
    });
  } finally {
    stop.abort();
    await running;
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("kubectl: applies, explains, prints, edits and deletes custom objects", () =>
  withKubectl(async (kubectl) => {
    assertStringIncludes(await kubectl("apply -f -", SUBNET), "sn1 created");
    assertStringIncludes(await kubectl("apply -f -", SUBNET), "sn1 unchanged");
    assertStringIncludes(await kubectl("apply --server-side -f -", SUBNET), "sn1 serverside-applied");
    assertEquals(await kubectl("diff -f -", SUBNET), "");
    assertMatch(await kubectl("get subnets"), /^NAME +PROVIDER +VPC .*\nsn1 +v1 +10\.0\.0\.0\/24/);
    assertStringIncludes(await kubectl("explain subnet.spec.cidrBlock"), "IPv4 CIDR");
    await kubectl('patch subnet sn1 --subresource=status --type=merge -p {"status":{"v4usingIPs":3}}');
    assertEquals(await kubectl("get subnet sn1 -o jsonpath={.status.v4usingIPs}"), "3");
    await kubectl("label subnet sn1 a=b");
    await kubectl("annotate subnet sn1 a=b");
    assertStringIncludes(await kubectl("describe subnet sn1"), "Cidr Block:  10.0.0.0/24");
    assertStringIncludes(await kubectl("delete subnets -l a=b"), '"sn1" deleted');
    assertEquals(await kubectl("get subnets --ignore-not-found"), "");
  }));

Deno.test("kubectl: runs a Deployment from creation to deletion", () =>
  withKubectl(async (kubectl) => {
    await kubectl("create namespace shop");
    await kubectl("create deployment web -n shop --image=img:1 --replicas=2");
    await kubectl("wait -n shop deployment/web --for=jsonpath={.status.replicas}=2 --timeout=120s");
    const keys = ["allocated=true", "routed=true", "ip_address=10.0.0.5"].map((key) =>
      `ovn.kubernetes.io/${key}`
    );
    await kubectl(`annotate -n shop pod --all ${keys.join(" ")}`);
    await kubectl("rollout status -n shop deployment/web --timeout=120s");
    assertMatch(await kubectl("get pods -n shop -o wide"), /1\/1 +Running +0 +\S+ +10\.0\.0\.5 +node-1/);
    await kubectl("scale -n shop deployment/web --replicas=1");
    await kubectl("wait -n shop deployment/web --for=jsonpath={.status.replicas}=1 --timeout=120s");
    assertStringIncludes(await kubectl("get all -n shop"), "replicaset.apps/web-");
    await kubectl("delete namespace shop --timeout=120s");
  }));

Deno.test("kubectl: sees what is there to see", () =>
  withKubectl(async (kubectl) => {
    const resources = await kubectl("api-resources --no-headers -o name");
    for (const name of ["pods", "subnets.kubeovn.io", "deployments.apps"]) {
      assertStringIncludes(resources, name);
    }
    assertStringIncludes(await kubectl("version"), "Server Version: v1.36");
    assertStringIncludes(await kubectl("get nodes"), "node-1   Ready");
    assertMatch(await kubectl("get crd ips.kubeovn.io"), /ips\.kubeovn\.io +2026-01-01T00:00:00Z/);
    assertEquals(await kubectl("get --raw /readyz"), "ok");
  }));
