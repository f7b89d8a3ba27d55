import { assert, assertEquals } from "@std/assert";
import table, { reconcile } from "../../controllers/subnet/subnet.ts";
import { namespaceAnnotations } from "../../controllers/namespace/annotations.ts";
import { Namespace } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Kind, Obj } from "../../reconcile/kind.ts";
import type { Desired, Plan, Wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { claim, inUse, namespace, ready, subnet, vlan, vpc, world, worldOf } from "../world.ts";

const spec = { cidrBlock: "10.1.0.0/29" };

function plan(subnet: Subnet, ...others: readonly Obj[]): Plan {
  return reconcile(subnet, world(subnet, ...others));
}
function desire(subnet: Subnet, ...others: readonly Obj[]): Desired {
  const found = plan(subnet, ...others);
  assert(found.verdict === "desired");
  return found;
}
function waits(subnet: Subnet, ...others: readonly Obj[]): Wait {
  const found = plan(subnet, ...others);
  assert(found.verdict === "wait");
  return found;
}
const said = (conditions: Desired["conditions"]) =>
  Object.entries(conditions).map(([type, { status, reason }]) => `${type}=${status} ${reason}`);

Deno.test("subnet: a new one is formatted and held; nothing is said before that", () => {
  const { apply, guard, conditions, counters } = desire(subnet("sn1", spec), vpc());
  assertEquals(apply.map(([kind, { metadata, spec }]) => [kind.kind, metadata.name, spec]), [
    ["Subnet", "sn1", {
      provider: "ovn",
      vpc: "ovn-cluster",
      gatewayType: "distributed",
      enableLb: true,
      cidrBlock: "10.1.0.0/29",
      gateway: "10.1.0.1",
      excludeIps: ["10.1.0.1"],
      protocol: "IPv4",
    }],
  ]);
  assertEquals([guard, conditions, counters], ["take", {}, undefined]);
});

Deno.test("subnet: one that is held but was not counted yet says nothing either", () => {
  const sn1 = inUse(subnet("sn1", spec));
  const found = reconcile(sn1, worldOf([sn1, vpc()], { counted: false }).view);
  assert(found.verdict === "desired");
  assertEquals(found.conditions, {});
});

Deno.test("subnet: Ready, Validated and no Error, with the reason that Kube-OVN's clients know", () => {
  const reasons = (more: Subnet["spec"]) =>
    said(desire(inUse(subnet("sn1", { ...spec, ...more })), vpc()).conditions);
  assertEquals(reasons({}), [
    "Ready=True ResetLogicalSwitchAclSuccess",
    "Validated=True ValidateLogicalSwitchSuccess",
    "Error=False NoError",
  ]);
  assertEquals(reasons({ private: true })[0], "Ready=True SetPrivateLogicalSwitchSuccess");
  assertEquals(reasons({ provider: "mv.default" })[0], "Ready=True SetNonOvnSubnetSuccess");
});

Deno.test("subnet: one with MACs only is Ready as well", () => {
  assertEquals(
    said(desire(inUse(subnet("mac", { vlan: "v1" })), vpc(), vlan("v1")).conditions)[0],
    "Ready=True ResetLogicalSwitchAclSuccess",
  );
});

Deno.test("subnet: the eight counters are those of its claims", () => {
  const sn1 = inUse(subnet("sn1", { cidrBlock: "10.1.0.0/29,fd00::/64", excludeIps: ["10.1.0.6"] }));
  const held = (address: string) => claim({ subnet: "sn1", address, holder: "p.app" });
  const { counters } = desire(sn1, vpc(), held("10.1.0.2"), held("10.1.0.3"), held("10.1.0.6"));
  assertEquals(counters?.(), {
    v4availableIPs: 2,
    v4availableIPrange: "10.1.0.4-10.1.0.5",
    v4usingIPs: 2,
    v4usingIPrange: "10.1.0.2-10.1.0.3",
    v6availableIPs: 2n ** 64n - 3n,
    v6availableIPrange: "fd00::2-fd00::ffff:ffff:ffff:fffe",
    v6usingIPs: 0,
    v6usingIPrange: "",
  });
});

Deno.test("subnet: a spec with a problem is refused in words; nothing of it is rewritten, and the last counters stay", () => {
  const found = waits(inUse(subnet("sn1", { ...spec, gateway: "10.9.0.1" })), vpc());
  assertEquals(
    found.message,
    "spec.gateway: 10.9.0.1 is outside 10.1.0.0/29; choose an address inside it, such as 10.1.0.1",
  );
  assertEquals(said(found.conditions), [
    "Validated=False ValidateLogicalSwitchFailed",
    "Error=True ValidateLogicalSwitchFailed",
  ]);
  assertEquals([found.reason, found.guard, found.counters], [
    "ValidateLogicalSwitchFailed",
    "keep",
    undefined,
  ]);
});

Deno.test("subnet: a missing Vpc is an Error, but the Subnet itself is valid", () => {
  const found = waits(inUse(subnet("sn1", { ...spec, vpc: "ghost" })), vpc());
  assertEquals([found.reason, ...said(found.conditions)], [
    "VpcNotFound",
    "Validated=True ValidateLogicalSwitchSuccess",
    "Error=True VpcNotFound",
  ]);
  assertEquals(found.until.map(([kind, key]) => `${kind.kind} ${key}`), ["Vpc ghost", "Subnet sn1"]);
  assert(found.counters);
});

Deno.test("subnet: a Vpc on its way is no Error", () => {
  const found = waits(inUse(subnet("sn1", spec)), vpc("ovn-cluster", {}, { finalizers: [] }));
  assertEquals([found.reason, found.quiet, ...said(found.conditions)], [
    "VpcNotHeld",
    true,
    "Validated=True ValidateLogicalSwitchSuccess",
    "Error=False NoError",
  ]);
});

Deno.test("subnet: a loser without claims lets go, one with claims holds on", () => {
  const older = inUse(subnet("older", { cidrBlock: "10.1.0.0/16" }));
  const younger = inUse(subnet("younger", spec, { born: 1 }));
  const lost = waits(younger, older, vpc());
  assertEquals([lost.reason, lost.guard, ...said(lost.conditions)], [
    "ValidateLogicalSwitchFailed",
    "drop",
    "Validated=False ValidateLogicalSwitchFailed",
    "Error=True ValidateLogicalSwitchFailed",
  ]);
  const both = ["10.1.0.2", "10.1.0.3"].map((address, i) =>
    claim({ subnet: i ? "older" : "younger", address, holder: "p.app" })
  );
  assertEquals(waits(younger, older, vpc(), ...both).guard, "keep");
});

Deno.test("subnet: one that goes gives out nothing and still counts", () => {
  const sn1 = inUse(subnet("sn1", spec, { going: true }));
  const found = waits(sn1, vpc(), claim({ subnet: "sn1", address: "10.1.0.2", holder: "p.app" }));
  assertEquals([found.reason, found.guard, found.conditions], ["SubnetDeleting", "keep", {}]);
  assertEquals(found.counters?.()["v4usingIPs"], 1);
});

const app = namespace("app");
const naming = subnet("sn1", { ...spec, namespaces: ["app", "web"] });
const told = (name: string) => namespace(name, { annotations: namespaceAnnotations([inUse(naming)], []) });

Deno.test("subnet: is Ready only when its namespaces were told", () => {
  const { Ready } = desire(inUse(naming), vpc(), app, told("web")).conditions;
  assertEquals([Ready?.status, Ready?.reason, Ready?.message], [
    "Unknown",
    "NamespacesPending",
    "namespaces app must be told first",
  ]);
  assertEquals(desire(inUse(naming), vpc(), told("app"), told("web")).conditions["Ready"]?.status, "True");
});

Deno.test("subnet: namespaces that are not there or going hold up nobody", () => {
  const going = namespace("app", { going: true });
  assertEquals(desire(inUse(naming), vpc(), going).conditions["Ready"]?.status, "True");
});

Deno.test("subnet: once Ready, a namespace that appears later does not change that", () => {
  assertEquals(desire(ready(naming), vpc(), app).conditions["Ready"]?.status, "True");
});

Deno.test("subnet: every edit is judged anew", () => {
  const edited = ready(naming);
  const now = { ...edited, metadata: { ...edited.metadata, generation: 2 } };
  assertEquals(desire(now, vpc(), app).conditions["Ready"]?.status, "Unknown");
});

Deno.test("subnet: says which namespaces it names in vain", () => {
  const blue = inUse(subnet("sn1", { ...spec, vpc: "blue", namespaces: ["app", "web"] }));
  const { Ready } = desire(blue, vpc("blue", { namespaces: ["web"] })).conditions;
  assertEquals([Ready?.status, Ready?.message], [
    "True",
    "namespaces app not bound: Vpc blue does not list them",
  ]);
});

function woken(kind: Kind, changed: Obj, view: View): readonly string[] {
  const keys = table.rows.flatMap((row) =>
    row.row === "wake" && row.watch.kind === kind.kind ? [...row.keys(changed, view)] : []
  );
  return keys.filter((key) => key !== undefined).sort();
}

Deno.test("subnet: is woken by one that overlaps it", () => {
  const [wide, narrow] = [subnet("wide", { cidrBlock: "10.1.0.0/16" }), subnet("narrow", spec)];
  assertEquals(woken(Subnet, wide, world(wide, narrow)), ["narrow"]);
});

Deno.test("subnet: is woken by a namespace that it waits for, and no longer when it is Ready", () => {
  const selecting = subnet("all", { cidrBlock: "10.2.0.0/16", namespaceSelectors: [{}] });
  assertEquals(woken(Namespace, app, world(naming, selecting)), ["all", "sn1"]);
  assertEquals(woken(Namespace, app, world(ready(naming), selecting)), ["all"]);
});

Deno.test("subnet: is woken by a Vpc that lists a namespace which it names", () => {
  assertEquals(woken(Vpc, vpc("red", { namespaces: ["web"] }), world(naming)), ["sn1"]);
});
