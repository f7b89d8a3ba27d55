import { assert, assertEquals } from "@std/assert";
import { reconcile } from "../../controllers/node/node.ts";
import type { Node } from "../../crds/foreign.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { type Hold, RECORD_UID } from "../../reconcile/plan.ts";
import { claim, inUse, ip, node, subnet, vpc, world, worldOf } from "../world.ts";

const join = inUse(subnet("join", { cidrBlock: "100.64.0.0/16,fd00::/64" }));
const n1 = node("n1");

function desire(node: Node, ...others: readonly Obj[]) {
  const plan = reconcile(node, world(vpc(), node, ...others));
  assert(plan.verdict === "desired");
  return plan;
}
function holdOf(node: Node, ...others: readonly Obj[]): Hold {
  const [hold] = desire(node, ...others).holds;
  assert(hold);
  return hold;
}
function waits(node: Node, ...others: readonly Obj[]) {
  const plan = reconcile(node, world(node, ...others));
  assert(plan.verdict === "wait");
  return plan;
}

const shown = {
  "ovn.kubernetes.io/allocated": "true",
  "ovn.kubernetes.io/ip_address": "100.64.0.2,fd00::2",
  "ovn.kubernetes.io/logical_switch": "join",
};
const record = ip({ owner: "n1", subnet: "join", addresses: ["100.64.0.2", "fd00::2"] });

Deno.test("node: gets the next address of each family of the join Subnet, in a record of its own", () => {
  const { record: [kind, intent], met, claims, owner, published } = holdOf(n1, join);
  assertEquals([kind.kind, intent.metadata.name, met, owner, published], [
    "IP",
    "node-n1",
    undefined,
    "n1-uid",
    false,
  ]);
  assertEquals(intent.metadata.annotations, {
    "ipam.cadastre.internal/owner-uid": "n1-uid",
    "ipam.cadastre.internal/owner-key": "n1",
    "ipam.cadastre.internal/subnet-uid": "join-uid",
  });
  const { podName, namespace, nodeName, subnet, ipAddress } = intent["spec"] as Record<string, string>;
  assertEquals([podName, namespace, nodeName, subnet, ipAddress], [
    "n1",
    "",
    "n1",
    "join",
    "100.64.0.2,fd00::2",
  ]);
  assertEquals(claims.map(([, { metadata }]) => metadata.name), ["join.100.64.0.2", "join.6xfd00--2x"]);
  assertEquals((claims[0]![1]["spec"] as { holder: unknown }).holder, {
    kind: "IP",
    name: "node-n1",
    uid: RECORD_UID,
  });
});

Deno.test("node: is told everything that Kube-OVN tells it", () => {
  const { annotate } = desire(n1, join, record);
  assertEquals(annotate.map(({ annotations, versioned }) => ({ annotations, versioned })), [{
    versioned: true,
    annotations: {
      "ovn.kubernetes.io/allocated": "true",
      "ovn.kubernetes.io/ip_address": "100.64.0.2,fd00::2",
      "ovn.kubernetes.io/mac_address": "02:00:00:00:00:01",
      "ovn.kubernetes.io/cidr": "100.64.0.0/16,fd00::/64",
      "ovn.kubernetes.io/gateway": "100.64.0.1,fd00::1",
      "ovn.kubernetes.io/logical_switch": "join",
      "ovn.kubernetes.io/port_name": "node-n1",
    },
  }]);
});

Deno.test("node: takes over the record of an earlier node of its name", () => {
  const again = node("n1", { uid: "another" });
  const { met, owner, record: [, { metadata }] } = holdOf(again, join, record);
  assertEquals([met?.metadata.uid, owner], ["node-n1-uid", "another"]);
  assertEquals(metadata.annotations?.["ipam.cadastre.internal/owner-uid"], "another");
});

Deno.test("node: gets its record back when somebody deleted it", () => {
  const told = node("n1", { annotations: shown });
  const claims = ["100.64.0.2", "fd00::2"].map((address) =>
    claim({ subnet: "join", address, holder: "node-n1", ownerKey: "n1" })
  );
  const { met, published, record: [, intent] } = holdOf(told, join, ...claims);
  assertEquals([met, published], [undefined, true]);
  assertEquals((intent["spec"] as { ipAddress: string }).ipAddress, "100.64.0.2,fd00::2");
});

Deno.test("node: an allocation that we never made means nothing, unless it was there before us", () => {
  const told = node("n1", {
    annotations: { ...shown, "ovn.kubernetes.io/ip_address": "100.64.9.9,fd00::9" },
  });
  const address = (inherited: boolean) => {
    const plan = reconcile(told, worldOf([vpc(), told, join], { inherited }).view);
    assert(plan.verdict === "desired");
    return (plan.holds[0]?.record[1]["spec"] as { ipAddress: string }).ipAddress;
  };
  assertEquals(address(false), "100.64.0.2,fd00::2");
  assertEquals(address(true), "100.64.9.9,fd00::9");
});

Deno.test("node: waits for the join Subnet, without a word only while that is being completed", () => {
  assertEquals(waits(n1).quiet, false);
  assertEquals(waits(n1, vpc(), subnet("join", { cidrBlock: "100.64.0.0/16" })).quiet, true);
  const going = waits(n1, vpc(), inUse(subnet("join", { cidrBlock: "100.64.0.0/16" }, { going: true })));
  assertEquals(going.quiet, false);
  assertEquals(going.message, "NoSubnet: Subnet join cannot be used: it is being deleted");
  assertEquals(going.until[0]?.[1], "join");
});

Deno.test("node: says that no address is left, and asks again when one is given back", () => {
  const small = inUse(subnet("join", { cidrBlock: "100.64.0.0/30" }));
  const full = waits(n1, vpc(), small, claim({ subnet: "join", address: "100.64.0.2", holder: "node-n2" }));
  assertEquals(full.message, "NoAvailableAddress: Subnet join: no IPv4 address is left");
  assertEquals(full.until.map(([kind, key]) => `${kind.kind} ${key}`), ["Subnet join"]);
});

Deno.test("node: does not take the record of a pod whose name collides with its own", () => {
  const other = ip({ owner: "prod/node-web", subnet: "join", addresses: ["100.64.0.2"] });
  const { message } = waits(node("web.prod"), join, other);
  assertEquals(message, "AddressConflict: record node-web.prod belongs to prod/node-web");
});

Deno.test("node: one that goes asks for nothing new, but keeps what it has", () => {
  const going = node("n1", { going: true });
  assertEquals(desire(going, join).holds, []);
  assertEquals(desire(going, join, record).holds.length, 1);
});

Deno.test("node: gives up a record that it was never told of when the Subnet is another one now", () => {
  const replaced = inUse(subnet("join", { cidrBlock: "100.65.0.0/16" }, { uid: "another" }));
  const { release } = waits(n1, vpc(), replaced, record);
  assertEquals(release.map(({ object, fences }) => [object.metadata.name, fences?.[0]?.kind.kind]), [
    ["node-n1", "Node"],
  ]);
});
