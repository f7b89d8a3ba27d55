import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { startControlPlane } from "../../tools/control_plane/start.ts";
import { eventsIn } from "./audit_log.ts";
import { eventually } from "./eventually.ts";
import { kubectlOf } from "./kubectl.ts";

Deno.test("a control plane runs the controllers of Kubernetes", async () => {
  await using plane = await startControlPlane();
  const kubectl = kubectlOf(plane);
  await kubectl(["create", "deployment", "web", "--image=none", "--replicas=3"]);
  await eventually("three pods of the Deployment", async () => {
    assertEquals(
      (await kubectl(["get", "pods", "-l", "app=web", "-o", "name"])).trim().split("\n").length,
      3,
    );
  });
});

Deno.test("the API server keeps its objects and its address over stop, kill and start", async () => {
  await using plane = await startControlPlane({ controllerManager: false });
  const kubectl = kubectlOf(plane);
  await kubectl(["create", "configmap", "kept"]);
  await plane.apiserver.stop();
  await assertRejects(() => kubectl(["get", "configmap", "kept"]), Error, "refused");
  await plane.apiserver.start();
  await plane.apiserver.kill();
  await plane.apiserver.start();
  assertStringIncludes(await kubectl(["get", "configmap", "kept"]), "kept");
});

Deno.test("after a compaction the history before it is gone", async () => {
  await using plane = await startControlPlane({ controllerManager: false });
  const kubectl = kubectlOf(plane);
  const old = JSON.parse(await kubectl(["create", "configmap", "a", "-o", "json"])).metadata.resourceVersion;
  await kubectl(["create", "configmap", "b"]);
  await plane.etcd.compact();
  // A running API server remembers for a while what etcd has forgotten.
  await plane.apiserver.kill();
  await plane.apiserver.start();
  const watch = `/api/v1/configmaps?watch=true&resourceVersion=${old}&timeoutSeconds=5`;
  assertStringIncludes(await kubectl(["get", "--raw", watch]), "too old resource version");
});

Deno.test("every request is in the audit log when one is wanted", async () => {
  await using plane = await startControlPlane({ controllerManager: false, audit: true });
  await kubectlOf(plane)(["create", "namespace", "audited"]);
  await eventually("it was created", async () => {
    const events = await eventsIn(plane.auditLog);
    assert(events.some(({ verb, objectRef }) => verb === "create" && objectRef?.name === "audited"));
  });
});

Deno.test("a component that does not come up is reported with the end of its log", async () => {
  await assertRejects(
    () => startControlPlane({ apiserverFlags: ["--no-such-flag"] }),
    Error,
    "unknown flag: --no-such-flag",
  );
});

Deno.test("nothing is left of a control plane whose process is killed", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/control_plane/main.ts", "-o", "json"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  const { folder, server } = JSON.parse(value ?? "");
  child.kill("SIGKILL");
  await child.status;
  await eventually("the folder is removed", () => Deno.stat(folder).then(() => false, () => true));
  const { hostname, port } = new URL(server);
  await eventually("nobody listens there any more", async () => {
    await assertRejects(() => Deno.connect({ hostname, port: Number(port) }), Deno.errors.ConnectionRefused);
  });
});
