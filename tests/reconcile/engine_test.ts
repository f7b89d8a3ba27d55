import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { podKey } from "../../crds/annotations.ts";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { desired, type Plan, wait, want, yes } from "../../reconcile/plan.ts";
import { from, project } from "../../reconcile/projection.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { Lab } from "../lab.ts";
import { toy } from "./toy.ts";

const ready = desired({ conditions: { Ready: yes("There") } });
const vpcs = controller("vpc", [on(Vpc, () => ready)]);
const SWITCH = "ovn.kubernetes.io/logical_switch";

function vpc(lab: Lab, name: string): void {
  lab.create(Vpc, { metadata: { name } });
}
function subnet(lab: Lab, name: string, vpc = "v"): void {
  lab.create(Subnet, { metadata: { name }, spec: { vpc, cidrBlock: "10.0.0.0/24" } });
}
function condition(lab: Lab, name: string, type = "Ready") {
  return lab.get(Subnet, name)?.status?.conditions?.find((c) => c.type === type);
}

Deno.test("a handler that throws quarantines its object and nothing else", () => {
  const broken = (subnet: Subnet): Plan => {
    if (keyOf(subnet) === "bad") throw new Error("boom");
    return ready;
  };
  const lab = toy({ tables: [vpcs, controller("subnet", [on(Subnet, broken)])] });
  vpc(lab, "v");
  subnet(lab, "bad");
  subnet(lab, "good");
  lab.settle();
  assertEquals([condition(lab, "bad")?.status, condition(lab, "bad")?.reason], ["False", "Invalid"]);
  assertEquals(condition(lab, "bad", "Error")?.status, "True");
  assertStringIncludes(condition(lab, "bad")!.message, "boom");
  assertEquals(condition(lab, "good")?.status, "True");
});

Deno.test("a child waits for a parent that is missing, and is admitted when it comes", () => {
  const lab = toy({ tables: [vpcs, controller("subnet", [on(Subnet, () => ready)])] });
  subnet(lab, "s");
  lab.settle();
  assertEquals(condition(lab, "s")?.reason, "VpcNotFound");
  vpc(lab, "v");
  lab.settle();
  assertEquals(condition(lab, "s")?.status, "True");
});

Deno.test("no child is admitted under a parent that is going, and those that are keep it", () => {
  const lab = toy({ tables: [vpcs, controller("subnet", [on(Subnet, () => ready)])] });
  vpc(lab, "v");
  subnet(lab, "first");
  lab.settle();
  lab.delete(Vpc, "v");
  subnet(lab, "second");
  lab.settle();
  assertEquals(condition(lab, "second")?.reason, "VpcDeleting");
  assert(lab.get(Vpc, "v"), "held by the first Subnet");
  for (const name of ["first", "second"]) lab.delete(Subnet, name);
  lab.settle();
  assertEquals(lab.get(Vpc, "v"), undefined);
});

Deno.test("a finalizer of somebody else is named once ours is gone", () => {
  const lab = toy({ tables: [vpcs] });
  lab.create(Vpc, { metadata: { name: "v", finalizers: ["example.com/theirs"] } });
  lab.settle();
  lab.delete(Vpc, "v");
  lab.settle({ ms: 5000 });
  const said = lab.get(Vpc, "v")?.status?.conditions?.find((c) => c.type === "Deletable");
  assertEquals([said?.reason, said?.message], ["WaitingForForeignFinalizer", "example.com/theirs"]);
  assertEquals(lab.get(Vpc, "v")?.metadata.finalizers, ["example.com/theirs"]);
});

Deno.test("a wait is ended by what it names, also by a child that leaves", () => {
  let looked = 0;
  const patient = (namespace: Namespace): Plan => {
    if (keyOf(namespace) !== "default") return desired();
    looked++;
    return wait({ reason: "Patience", message: "" }, [[Vpc, "v"]]);
  };
  const lab = toy({ tables: [vpcs, controller("namespace", [on(Namespace, patient)])] });
  lab.settle();
  const steps = [
    () => vpc(lab, "v"),
    () => subnet(lab, "s"),
    () => lab.delete(Subnet, "s"),
    () => lab.delete(Vpc, "v"),
  ];
  const wakes = steps.map((step) => {
    const before = looked;
    step();
    lab.settle();
    return looked > before;
  });
  assertEquals(wakes, [true, false, true, true]);
});

Deno.test("a wait is ended by what counted for its object in a projection and does so no more", () => {
  let looked = 0;
  const patient = (namespace: Namespace): Plan => {
    looked++;
    return wait({ reason: "Patience", message: "" }, [[Vpc, namespace.metadata.name]]);
  };
  const counted = project("counted", () => new Set<string>(), [
    from(Pod, {
      by: (pod) => [pod.metadata.annotations?.[SWITCH] ?? ""],
      add: (pods, pod) => pods.add(keyOf(pod)),
      remove: (pods, pod) => pods.delete(keyOf(pod)),
      same: (a, b) => a.metadata.annotations?.[SWITCH] === b.metadata.annotations?.[SWITCH],
    }),
  ], Vpc);
  const tables = [controller("namespace", [on(Namespace, patient)])];
  const lab = toy({ tables, projections: [counted] });
  const pod = (annotations: Record<string, string>) => ({
    metadata: { name: "p", namespace: "default", annotations },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
  lab.settle();
  const steps = [
    () => lab.create(Pod, pod({ [SWITCH]: "default" })),
    () => lab.status(Pod, "default/p", { phase: "Running" }),
    () => lab.merge(Pod, "default/p", { metadata: { annotations: { [SWITCH]: "other" } } }),
    () => lab.delete(Pod, "default/p", { gracePeriodSeconds: 0 }),
  ];
  const wakes = steps.map((step) => {
    const before = looked;
    step();
    lab.settle();
    return looked > before;
  });
  assertEquals(wakes, [false, false, true, false]);
});

Deno.test("a wake row wakes on what others want, not on what we report", () => {
  const woken: string[] = [];
  const rows = [
    on(Namespace, (ns) => (woken.push(keyOf(ns)), desired())),
    wake(Namespace, Vpc, () => ["default"]),
  ];
  const lab = toy({ tables: [vpcs, controller("namespace", rows)] });
  lab.settle();
  woken.length = 0;
  lab.status(Vpc, keyOf(lab.create(Vpc, { metadata: { name: "v" } })), { standby: true });
  lab.settle();
  const afterCreation = woken.length;
  assert(afterCreation > 0);
  lab.status(Vpc, "v", { standby: false });
  lab.settle();
  assertEquals(woken.length, afterCreation);
});

Deno.test("seeds are created where they are absent, and not again", () => {
  const seeds = [want(Vpc, { metadata: { name: "seed" }, spec: {} })];
  const lab = toy({ tables: [vpcs], seeds });
  lab.settle();
  lab.delete(Vpc, "seed");
  lab.settle();
  assertEquals(lab.get(Vpc, "seed"), undefined);
  lab.restart();
  lab.settle();
  assertEquals(lab.get(Vpc, "seed")?.metadata.name, "seed");
});

Deno.test("a follower decides nothing and goes on at once when it leads", () => {
  const lab = toy({ tables: [vpcs] });
  lab.engine.lead(false);
  vpc(lab, "v");
  lab.settle({ ms: 60_000 });
  assertEquals(lab.sent, []);
  lab.engine.lead(true);
  lab.settle();
  assertEquals(lab.get(Vpc, "v")?.status?.conditions?.[0]?.status, "True");
});

Deno.test("an annotation that is not in the output table is never written", () => {
  const rows = [
    on(
      Namespace,
      (object) =>
        desired({ annotate: [{ kind: Namespace, object, annotations: { "evil.example.com/x": "1" } }] }),
    ),
  ];
  const lab = toy({ tables: [controller("namespace", rows)] });
  lab.settle({ ms: 60_000 });
  assertEquals(lab.writes(), []);
  assert(lab.announced.some((a) => a.reason === "FailedWrite" && a.message.includes("evil.example.com/x")));
});

Deno.test("what we annotate is put back when somebody changes it, and taken away by null", () => {
  let value: string | null = "a";
  const rows = [
    on(
      Namespace,
      (object) => desired({ annotate: [{ kind: Namespace, object, annotations: { [SWITCH]: value } }] }),
    ),
  ];
  const lab = toy({ tables: [controller("namespace", rows)] });
  lab.settle();
  lab.merge(Namespace, "default", { metadata: { annotations: { [SWITCH]: "tampered" } } });
  lab.settle();
  assertEquals(lab.get(Namespace, "default")?.metadata.annotations?.[SWITCH], "a");
  value = null;
  lab.merge(Namespace, "default", { metadata: { labels: { touched: "yes" } } });
  lab.settle();
  assertEquals(lab.get(Namespace, "default")?.metadata.annotations?.[SWITCH], undefined);
});

Deno.test("a status that somebody edits is put back", () => {
  const lab = toy({ tables: [vpcs] });
  vpc(lab, "v");
  lab.settle();
  lab.status(Vpc, "v", { conditions: [] });
  lab.settle();
  assertEquals(lab.get(Vpc, "v")?.status?.conditions?.[0]?.reason, "There");
});

Deno.test("a step on the way that ends by itself is not worth a word", () => {
  const quiet = wait({ reason: "Soon", message: "" }, [[Vpc, "other"]], { quiet: true });
  const lab = toy({ tables: [controller("vpc", [on(Vpc, () => quiet)])] });
  vpc(lab, "v");
  lab.settle({ ms: 5000 });
  assertEquals([lab.writes(), lab.announced], [[], []]);
});

Deno.test("an explanation shows the plan and its writes, and changes nothing", () => {
  const lab = toy();
  lab.engine.lead(false);
  vpc(lab, "ovn-cluster");
  lab.settle();
  const before = lab.server.store.version;
  const told = lab.engine.explain(Vpc, "ovn-cluster");
  assertEquals(told?.writes.map((w) => w.phase), ["guard"]);
  assertEquals(lab.server.store.version, before);
  assertEquals(lab.engine.explain(Vpc, "nobody"), undefined);
});

Deno.test("the journal remembers what was asked and answered", () => {
  const lab = toy();
  vpc(lab, "ovn-cluster");
  subnet(lab, "s", "ovn-cluster");
  lab.create(Pod, {
    metadata: { name: "a", namespace: "default" },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
  lab.settle();
  const commits = lab.engine.journal.of({ kind: Pod, key: "default/a" });
  assertEquals(
    commits.at(-1)?.exchanges.map((e) => `${e.request.verb} ${e.request.resource.kind} ${e.status}`),
    [
      "create IP 201",
      "create AddressClaim 201",
      "get Subnet 200",
      "get IP 200",
      "apply Pod 200",
    ],
  );
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[podKey("ovn", "ip_address")], "10.0.0.9");
});

Deno.test("two handlers for one kind are a mistake that is found at once", () => {
  assertThrows(() => toy({ tables: [vpcs, vpcs] }), Error, "two handlers answer for Vpc");
});
