import { assertEquals } from "@std/assert";
import type { Client, Json } from "../../kube/api.ts";
import { systemEnv } from "../../kube/env.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { FakeKubelet } from "../../sandbox/kubelet.ts";
import { kubeletRequest } from "../../sandbox/kubelet_step.ts";
import { Pod } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

const NOW = "2026-01-01T00:00:00Z";
const KEYS = { allocated: "true", routed: "true", ip_address: "10.0.0.5,fd00::5" };

function annotations(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`ovn.kubernetes.io/${key}`, value]),
  );
}

function podBody(name: string, { spec = {}, ...metadata }: Json = {}): Json {
  return {
    metadata: { name, namespace: "default", ...metadata },
    spec: { containers: [{ name: "c", image: "img:1" }], ...spec },
  };
}

function next(pod: Json) {
  return kubeletRequest({ ...pod, metadata: { uid: "u", ...pod.metadata } }, { node: "n", now: NOW });
}

Deno.test("kubelet: an unscheduled pod is bound, one with gates is not", () => {
  const request = next(podBody("p"));
  assertEquals(request?.verb === "create" && request.subresource, "binding");
  assertEquals(next(podBody("p", { spec: { schedulingGates: [{ name: "g" }] } })), undefined);
  assertEquals(next(podBody("p", { spec: { schedulerName: "another" } })), undefined);
});

Deno.test("kubelet: a pod runs once it is allocated, routed and has an address; before that it waits", () => {
  for (const missing of Object.keys(KEYS)) {
    const rest = Object.fromEntries(Object.entries(KEYS).filter(([key]) => key !== missing));
    assertEquals(
      next(podBody("p", { spec: { nodeName: "n" }, annotations: annotations(rest) })),
      undefined,
      missing,
    );
  }
  const request = next(podBody("p", { spec: { nodeName: "n" }, annotations: annotations(KEYS) }));
  const { status } = (request as Json).body;
  assertEquals([status.phase, status.podIP, status.podIPs], ["Running", "10.0.0.5", [{ ip: "10.0.0.5" }, {
    ip: "fd00::5",
  }]]);
});

Deno.test("kubelet: a pod of the host network runs without addresses", () => {
  const { status } = (next(podBody("p", { spec: { nodeName: "n", hostNetwork: true } })) as Json).body;
  assertEquals([status.phase, status.podIP], ["Running", undefined]);
});

Deno.test("kubelet: it finishes a deletion, and leaves finished pods alone", () => {
  const deleted = next(podBody("p", { deletionTimestamp: NOW, spec: { nodeName: "n" } }));
  assertEquals(deleted?.verb === "delete" && [deleted.uid, deleted.gracePeriodSeconds], ["u", 0]);
  assertEquals(
    next({ ...podBody("p", { spec: { nodeName: "n" } }), status: { phase: "Succeeded" } }),
    undefined,
  );
});

Deno.test("kubelet: a burst of pods is bound, runs and is finished, spread over its nodes", async () => {
  const server = sandbox();
  const client: Client = new SandboxClient(server);
  const kubelet = new FakeKubelet(client, { env: systemEnv(), wall: () => NOW });
  await kubelet.ensureNodes(3);
  const stop = new AbortController();
  const running = kubelet.run(stop.signal);
  for (let i = 0; i < 100; i++) {
    const body = podBody(`p${i}`, { annotations: annotations(KEYS) });
    server.execute({ verb: "create", resource: Pod, body, manager: "user" });
  }
  await until(() => pods().every(({ status }) => status.phase === "Running"));
  assertEquals(new Set(pods().map(({ spec }) => spec.nodeName)), new Set(["node-1", "node-2", "node-3"]));
  server.execute({ verb: "deletecollection", resource: Pod, namespace: "default" });
  await until(() => pods().length === 0);
  stop.abort();
  await running;

  function pods(): Json[] {
    return [...server.entriesOf(Pod).values()].map(({ object }) => object);
  }
});

/** In turns of the event loop, not in time. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 10_000) throw new Error("did not come about");
    await new Promise((resolve) => setTimeout(resolve));
  }
}
