import { assert, assertEquals } from "@std/assert";
import { isInService, type Open, openTo, usable } from "../../controllers/subnet/usable.ts";
import { OLD_FINALIZER } from "../../crds/labels.ts";
import { formatBlock } from "../../ipam/block.ts";
import type { Obj } from "../../reconcile/kind.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { claim, held, inUse, subnet, vlan, vpc, world, worldOf } from "../world.ts";

const spec = { cidrBlock: "10.1.0.0/24" };
const sn1 = inUse(subnet("sn1", spec));

function why(subnet: Subnet, ...others: readonly Obj[]): string {
  const answer = usable(subnet, world(subnet, ...others));
  return answer.ok ? "usable" : `${answer.reason}: ${answer.message}`;
}

Deno.test("usable: formatted, valid, under a Vpc, undisputed, held and counted", () => {
  const answer = usable(sn1, world(vpc(), sn1));
  assert(answer.ok);
  assertEquals(
    formatBlock({ v4: answer.layout.v4?.cidr, v6: answer.layout.v6?.cidr }),
    "10.1.0.0/24",
  );
});

Deno.test("usable: also while held by the finalizer's former name", () => {
  const former = { ...sn1, metadata: { ...sn1.metadata, finalizers: [OLD_FINALIZER] } };
  assertEquals(why(former, vpc()), "usable");
});

Deno.test("not usable: going, even if nothing else is wrong", () => {
  assertEquals(
    why(inUse(subnet("sn1", spec, { going: true })), vpc()),
    "SubnetDeleting: it is being deleted",
  );
});

Deno.test("not usable: a spec with a problem", () => {
  assertEquals(
    why(held(subnet("sn1", { ...spec, gateway: "10.9.0.1" })), vpc()),
    "ValidateLogicalSwitchFailed: spec.gateway: 10.9.0.1 is outside 10.1.0.0/24; choose an address inside it, such as 10.1.0.1",
  );
});

Deno.test("not usable: its Vpc is missing, going, or does not hold on", () => {
  assertEquals(
    why(sn1),
    "VpcNotFound: spec.vpc: Vpc ovn-cluster does not exist; create it, or name another one",
  );
  assertEquals(
    why(sn1, vpc("ovn-cluster", {}, { going: true })),
    "VpcDeleting: spec.vpc: Vpc ovn-cluster is being deleted",
  );
  assertEquals(
    why(sn1, vpc("ovn-cluster", {}, { finalizers: [] })),
    "VpcNotHeld: spec.vpc: Vpc ovn-cluster is not ready to be used yet",
  );
});

Deno.test("usable without a Vpc: a Subnet of another provider", () => {
  assertEquals(why(inUse(subnet("mv", { ...spec, provider: "mv.default" }))), "usable");
  assertEquals(why(inUse(subnet("mv", { ...spec, provider: "mv.default", vpc: "ghost" }))), "usable");
});

Deno.test("not usable: claims would fall out of it", () => {
  const outside = claim({ subnet: "sn1", address: "10.2.0.5", holder: "p.app" });
  assertEquals(
    why(sn1, vpc(), outside),
    "ValidateLogicalSwitchFailed: spec.cidrBlock: 10.2.0.5 of IP p.app would fall out of it; put it back, or remove their holders",
  );
});

Deno.test("not usable: another one has the better right, or has not let go yet", () => {
  const younger = subnet("younger", { cidrBlock: "10.1.0.0/16" }, { born: 9 });
  assertEquals(why(sn1, vpc(), younger), "usable");
  assertEquals(
    why(sn1, vpc(), inUse(younger)),
    "ValidateLogicalSwitchFailed: spec.cidrBlock: 10.1.0.0/24 overlaps 10.1.0.0/16 of Subnet younger, which has not let go yet; " +
      "choose a block of its own, or delete one of the two",
  );
  assertEquals(
    why(inUse(younger), vpc(), sn1),
    "ValidateLogicalSwitchFailed: spec.cidrBlock: 10.1.0.0/16 overlaps 10.1.0.0/24 of Subnet sn1, which has the better right to it; " +
      "choose a block of its own, or delete one of the two",
  );
});

Deno.test("letting go: a loser that holds on without a claim; nobody else", () => {
  const younger = inUse(subnet("younger", { cidrBlock: "10.1.0.0/16" }, { born: 9 }));
  const letsGo = (subnet: Subnet, ...others: readonly Obj[]) => {
    const answer = usable(subnet, world(subnet, vpc(), ...others));
    return !answer.ok && answer.letGo === true;
  };
  assertEquals(letsGo(younger, sn1), true);
  assertEquals(
    letsGo(younger, sn1, claim({ subnet: "younger", address: "10.1.9.9", holder: "p.app" })),
    false,
  );
  assertEquals(letsGo(sn1, younger), false);
  assertEquals(letsGo(subnet("new", spec, { born: 9 }), sn1), false);
});

Deno.test("not usable: on the way, which ends by itself", () => {
  const passing = (subnet: Subnet, counted: boolean) => {
    const answer = usable(subnet, worldOf([subnet, vpc()], { counted }).view);
    return answer.ok ? "usable" : `${answer.reason} ${answer.passing}`;
  };
  assertEquals(passing(held(subnet("sn1", spec)), true), "SubnetNotFormatted true");
  assertEquals(passing({ ...subnet("sn1", spec), spec: sn1.spec }, true), "SubnetNotHeld true");
  assertEquals(passing(sn1, false), "SubnetNotHeld true");
  assertEquals(passing(sn1, true), "usable");
});

Deno.test("in service: usable, but for the census, which every replica takes for itself", () => {
  const inService = (subnet: Subnet) =>
    isInService(subnet, worldOf([subnet, vpc()], { counted: false }).view);
  assertEquals(inService(sn1), true);
  assertEquals(inService(held(subnet("sn1", spec))), false);
  assertEquals(inService({ ...subnet("sn1", spec), spec: sn1.spec }), false);
  assertEquals(inService(inUse(subnet("mac", { vlan: "v1" }))), false);
});

Deno.test("not usable for addresses: a Subnet that has none; but open to who wants a MAC, and to namespaces", () => {
  const macs = inUse(subnet("mac", { vlan: "v1" })), view = world(macs, vpc(), vlan("v1"));
  assertEquals(
    why(macs, vpc(), vlan("v1")),
    "NoAddresses: spec.cidrBlock: there is none, and so it has MAC addresses alone; give it a block, or name another " +
      "Subnet",
  );
  const { ok, layout } = openTo(macs, view) as Open;
  assertEquals([ok, layout, isInService(macs, view)], [true, undefined, true]);
});

Deno.test("not usable: a Subnet whose Vlan does not exist", () => {
  assertEquals(
    why(inUse(subnet("underlay", { ...spec, vlan: "v1" })), vpc(), vlan("v2")),
    'ValidateSubnetVlanFailed: spec.vlan: Vlan "v1" does not exist; create it, or name another one',
  );
});

Deno.test("whoever may not use it is told what to wait for", () => {
  const until = (subnet: Subnet, ...others: readonly Obj[]) => {
    const answer = usable(subnet, world(subnet, ...others));
    return answer.ok ? [] : answer.until.map(([kind, key]) => `${kind.kind} ${key}`);
  };
  assertEquals(until(sn1), ["Vpc ovn-cluster", "Subnet sn1"]);
  const rival = inUse(subnet("rival", spec, { born: 9 }));
  assertEquals(until(sn1, vpc(), rival), ["Subnet rival", "Subnet sn1"]);
});
