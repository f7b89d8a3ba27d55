/** A StatefulSet's addresses outlive its pods, as long as it has the ordinal. @see F0 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Workloads, workloads } from "./workloads.ts";

const HOUR = 3_600_000;

/** Three pods, `web-10` to `web-12`. */
function web(lab: Workloads = workloads()): Workloads {
  lab.set("web", { replicas: 3, ordinals: { start: 10 } });
  return lab.settle();
}

Deno.test("F0-1: a pod that is deleted has a successor with its address, its MAC and its record", () => {
  const lab = web(), before = lab.lifeOf("web-11"), { uid } = lab.get(Pod, "app/web-11")!.metadata;
  for (let life = 0; life < 3; life++) {
    lab.renew("web-11");
    lab.settle();
    assertNotEquals(lab.get(Pod, "app/web-11")!.metadata.uid, uid);
    assertEquals(lab.lifeOf("web-11"), before);
  }
  lab.atRest();
});

Deno.test("F0-1: a restart costs two writes beside what the node does, however often", () => {
  const lab = web(),
    costs = (life: number) => {
      lab.renew("web-10");
      const mark = lab.sent.length;
      lab.settle();
      const writes = lab.writes(mark).filter((write) => !write.includes("Subnet/"));
      assertEquals(
        writes,
        ["apply IP/web-10.app", "apply Pod/app/web-10", "apply Pod/app/web-10"],
        `life ${life}`,
      );
    };
  costs(1);
  costs(2);
});

Deno.test("F0-2: scaled down, what falls out is given back, and counted no more", () => {
  const lab = web(), used = () => lab.get(Subnet, "sn1")!.status!.v4usingIPs;
  assertEquals(used(), 3);
  lab.edit("web", { replicas: 1 });
  lab.settle();
  assertEquals([lab.kept(), used()], [["web-10.app"], 1]);
  lab.atRest();
});

Deno.test("F0-3: the first ordinal raised, those below it are given back, the others stay", () => {
  const lab = web(), before = lab.lifeOf("web-12");
  lab.edit("web", { ordinals: { start: 12 } });
  lab.settle();
  assertEquals(lab.kept(), ["web-12.app", "web-13.app", "web-14.app"]);
  assertEquals(lab.lifeOf("web-12"), before);
  lab.atRest();
});

Deno.test("F0-4 and F0-5: a window that moves past itself, up or down", () => {
  const lab = workloads();
  lab.set("web", { replicas: 5 });
  lab.settle();
  lab.edit("web", { ordinals: { start: 5 } });
  lab.settle();
  assertEquals(lab.kept(), [5, 6, 7, 8, 9].map((i) => `web-${i}.app`));
  lab.edit("web", { replicas: 3, ordinals: { start: 0 } });
  lab.settle();
  assertEquals(lab.kept(), [0, 1, 2].map((i) => `web-${i}.app`));
  assertEquals(Object.keys(lab.served()), ["web-0", "web-1", "web-2"]);
  lab.atRest();
});

Deno.test("F0-6: scaled to nothing all is given back; scaled up again everybody is served", () => {
  const lab = workloads();
  lab.set("web", { replicas: 3 });
  lab.settle();
  lab.edit("web", { replicas: 0 });
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.edit("web", { replicas: 3 });
  lab.settle();
  assertEquals(Object.values(lab.served()).filter((address) => address !== undefined).length, 3);
  lab.atRest();
});

Deno.test("F0-7: scaled down while nobody looks, what fell out is given back at the start", () => {
  const lab = workloads();
  lab.set("web", { replicas: 3 });
  lab.settle();
  lab.engine.lead(false);
  lab.renew("web-2");
  lab.edit("web", { replicas: 2 });
  lab.settle();
  lab.start();
  assertEquals(lab.kept(), ["web-0.app", "web-1.app"]);
  lab.atRest();
});

Deno.test("F0-8: a pod that is evicted or absent keeps its address; scaled down, it is given back without any event of a pod", () => {
  for (const absent of [false, true]) {
    const lab = workloads({ making: false }), set = lab.set("web", { replicas: 2 });
    for (const name of ["web-0", "web-1"]) lab.member(name, set);
    lab.settle();
    const { uid } = lab.get(IP, "web-1.app")!.metadata;
    lab.finish("app/web-1", "Failed", "Evicted");
    lab.settle();
    if (absent) lab.kill("app/web-1");
    lab.settle();
    assertEquals(lab.get(IP, "web-1.app")!.metadata.uid, uid);
    lab.atRest();
    lab.edit("web", { replicas: 1 });
    lab.settle();
    assertEquals(lab.kept(), ["web-0.app"]);
    lab.atRest();
  }
});

Deno.test("F0-9: orphaned and adopted by a set of that name, pods and records follow it", () => {
  const lab = web(), before = lab.lifeOf("web-11");
  lab.do({ verb: "delete", resource: StatefulSet, key: "app/web", propagationPolicy: "Orphan" });
  lab.settle();
  assertEquals([lab.get(StatefulSet, "app/web"), lab.kept().length], [undefined, 3]);
  const { apiVersion, kind, metadata: { name, uid } } = lab.set("web", {
    replicas: 3,
    ordinals: { start: 10 },
  });
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true }];
  for (const pod of ["web-10", "web-11", "web-12"]) {
    lab.merge(Pod, `app/${pod}`, { metadata: { ownerReferences } });
  }
  lab.settle();
  lab.atRest();
  lab.renew("web-11");
  lab.settle();
  assertEquals(lab.lifeOf("web-11"), before);
  lab.edit("web", { replicas: 1 });
  lab.settle();
  assertEquals(lab.kept(), ["web-10.app"]);
  lab.atRest();
});

Deno.test("F0-9: deleted with its pods, all addresses are free; a set of that name begins anew", () => {
  const lab = web(), before = lab.get(IP, "web-10.app")!.metadata.uid;
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  web(lab);
  assertNotEquals(lab.get(IP, "web-10.app")!.metadata.uid, before);
  lab.atRest();
});

Deno.test("F0-9: deleted and re-created while nobody looks, the old records serve nobody", () => {
  const lab = web(), before = lab.get(IP, "web-10.app")!.metadata.uid;
  lab.engine.lead(false);
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  lab.set("web", { replicas: 1, ordinals: { start: 10 } });
  lab.settle();
  lab.start();
  assertEquals(lab.kept(), ["web-10.app"]);
  assertNotEquals(lab.get(IP, "web-10.app")!.metadata.uid, before);
  assert(lab.addressOf("app/web-10"));
  lab.atRest();
});

Deno.test("F0-10: a list of addresses goes by the place in the set, not by the bare ordinal", () => {
  for (const start of [10, 0]) {
    const lab = workloads(), addresses = ["10.66.0.50", "10.66.0.51", "10.66.0.52"];
    lab.set("web", { replicas: 3, ordinals: { start } }, { ip_pool: addresses.join(",") });
    lab.settle();
    assertEquals([0, 1, 2].map((i) => lab.addressOf(`app/web-${start + i}`)), addresses);
    lab.atRest();
  }
});

Deno.test("F0-10: when the first ordinal moves, those that have an address keep it", () => {
  const lab = workloads();
  lab.set("web", { replicas: 2, ordinals: { start: 1 } }, { ip_pool: "10.66.0.50,10.66.0.51" });
  lab.settle();
  lab.edit("web", { ordinals: { start: 2 } });
  lab.settle();
  // web-3 waits for what web-2 has.
  assertEquals(lab.served(), { "web-2": "10.66.0.51", "web-3": undefined });
  lab.renew("web-2");
  lab.settle();
  assertEquals(lab.addressOf("app/web-2"), "10.66.0.51");
  assertEquals(lab.warnings(Pod, "app/web-2"), []);
  lab.edit("web", { ordinals: { start: 1 } });
  lab.settle();
  assertEquals(lab.served(), { "web-1": "10.66.0.50", "web-2": "10.66.0.51" });
  lab.atRest();
});

Deno.test("F0-11: a set whose name is the beginning of another one's has nothing to say about its pods", () => {
  const lab = workloads();
  lab.set("web", { replicas: 2 });
  lab.set("web-1", { replicas: 1 });
  lab.settle();
  const before = lab.lifeOf("web-1-0");
  lab.edit("web", { replicas: 1 });
  lab.settle();
  assertEquals(lab.kept(), ["web-0.app", "web-1-0.app"]);
  lab.renew("web-1-0");
  lab.settle();
  assertEquals(lab.lifeOf("web-1-0"), before);
  lab.atRest();
});

Deno.test("F0-12: without replicas or ordinals, and with ordinals beyond 32 bits, sets are served as they are", () => {
  const lab = workloads();
  lab.set("one", {});
  lab.set("far", { replicas: 2, ordinals: { start: 2147483647 } });
  lab.settle();
  assertEquals(lab.kept(), ["far-2147483647.app", "far-2147483648.app", "one-0.app"]);
  const before = lab.lifeOf("far-2147483648");
  lab.renew("far-2147483648", "one-0");
  lab.settle();
  assertEquals(lab.lifeOf("far-2147483648"), before);
  lab.atRest();
});

Deno.test("F0-12: a pod that names a set but is none of its members keeps its address as long as it lives", () => {
  const lab = workloads({ making: false }), set = lab.set("web", { replicas: 1 });
  for (const name of ["web-x", "web-01", "web-99999999999999999999"]) {
    lab.member(name, set);
    lab.settle();
    assert(lab.addressOf(`app/${name}`), name);
    lab.kill(`app/${name}`);
    lab.settle();
    assertEquals(lab.kept(), [], name);
  }
  lab.atRest();
});

Deno.test("F0: whoever only pretends to be a member of a set that is not there keeps nothing", () => {
  for (const apiVersion of ["apps/v1", "apps.kruise.io/v1beta1"]) {
    for (const served of [undefined, []]) {
      const lab = workloads({ making: false, ...(served ? { served } : {}) });
      const nobody = { apiVersion, kind: "StatefulSet", metadata: { name: "web", uid: "none" } };
      const life = () => {
        lab.member("web-0", nobody);
        lab.settle();
        return lab.lifeOf("web-0");
      };
      const first = life();
      assert(first[2]);
      lab.kill("app/web-0");
      lab.settle();
      assertEquals(lab.kept(), [], apiVersion);
      assertNotEquals(life(), first);
    }
  }
});

for (
  const [what, answer] of Object.entries(
    {
      "fails with 500": { outcome: "transient", status: 500 },
      "is not there": { outcome: "transient", status: 503 },
      "asks for patience": { outcome: "throttled", status: 429, retryAfterMs: 2_000 },
      "forbids it": { outcome: "denied", status: 403 },
      "does not answer": { outcome: "unknown", status: 0 },
    } as const,
  )
) {
  Deno.test(`F0-13: while an API server that is asked for the set ${what}, nothing is given back, and nothing is kept for ever`, () => {
    const lab = web();
    lab.intercept = ({ verb, resource }) =>
      verb === "get" && resource.kind === "StatefulSet"
        ? { reason: "", message: "not now", ...answer }
        : undefined;
    lab.delete(StatefulSet, "app/web");
    lab.settle({ ms: 60_000 });
    assertEquals([lab.list(Pod).length, lab.kept().length], [0, 3]);
    lab.intercept = () => undefined;
    lab.settle({ ms: HOUR });
    assertEquals(lab.kept(), []);
    lab.atRest();
  });
}

Deno.test("F0: a pod that is force-deleted, or lost with its node, leaves its address to its successor", () => {
  const lab = web(), before = lab.lifeOf("web-10");
  lab.kill("app/web-10");
  lab.settle();
  assertEquals(lab.lifeOf("web-10"), before);
  lab.engine.lead(false);
  lab.kill("app/web-10");
  lab.settle();
  lab.start();
  assertEquals(lab.lifeOf("web-10"), before);
  lab.atRest();
});

Deno.test("F0: nobody else gets an address that is kept, even when the Subnet is full", () => {
  const lab = workloads();
  lab.subnet("small", { cidrBlock: "10.68.0.0/30" });
  lab.settle();
  lab.set("web", { replicas: 1 }, { logical_switch: "small" });
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.68.0.2");
  lab.finish("app/web-0", "Failed");
  lab.pod("default/other", { logical_switch: "small" });
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.addressOf("default/other")], ["10.68.0.2", undefined]);
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals(lab.addressOf("default/other"), "10.68.0.2");
  lab.atRest();
});
