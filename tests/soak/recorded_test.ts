/** What the judge of a soak must be able to condemn, on recorded commits that break one rule. */
import { assertEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID } from "../../crds/annotations.ts";
import { Pod, StatefulSet, VirtualMachine } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import { keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import type { Commit } from "../e2e/journal.ts";
import { ovn } from "../e2e/manifests.ts";
import { judge } from "./recorded.ts";

const A = "10.0.0.2", B = "10.0.0.3", OPERATOR = [{ manager: "cadastre/pod" }];

const subnet: Json = {
  kind: "Subnet",
  metadata: { name: "sn", uid: "subnet" },
  spec: { cidrBlock: "10.0.0.0/29", gateway: "10.0.0.1", provider: "net.d" },
};
const shown = (address: string) => ovn({ allocated: "true", ip_address: address, logical_switch: "sn" });

function pod(name: string, annotations: Json = {}, metadata: Json = {}): Json {
  return {
    kind: "Pod",
    metadata: { name, namespace: "d", uid: `uid-${name}`, annotations, ...metadata },
    spec: {},
  };
}

function record(name: string, address: string): Json {
  const annotations = { [OWNER_UID]: `uid-${name}`, [OWNER_KEY]: `d/${name}` };
  const labels = { [IP_RESERVED_LABEL]: "false" };
  return {
    kind: "IP",
    metadata: { name: `${name}.d`, uid: `record-${name}`, annotations, labels, managedFields: OPERATOR },
    spec: { podName: name, namespace: "d", subnet: "sn", v4IpAddress: address },
  };
}

function claim(name: string, address: string): Json {
  const holder = { kind: "IP", name: `${name}.d`, uid: `record-${name}` };
  return {
    kind: "AddressClaim",
    metadata: { name: claimName("sn", address), uid: `claim-${address}`, managedFields: OPERATOR },
    spec: { subnet: "sn", subnetUid: "subnet", address, holder, ownerKey: `d/${name}` },
  };
}

/** From the pod's creation until it has been told. */
const served = (name: string, address: string): readonly Json[] => [
  pod(name),
  record(name, address),
  claim(name, address),
  pod(name, shown(address)),
];

const gone = (object: Json): Json => ({ ...object, gone: true });

/** In the order given, which is that of their versions. */
function commits(...objects: readonly Json[]): readonly Commit[] {
  const kinds = new Map<string, Kind>(
    [Pod, IP, AddressClaim, Subnet, StatefulSet, VirtualMachine].map((kind) => [kind.kind, kind as Kind]),
  );
  return objects.map(({ gone, ...object }, i) => ({
    kind: kinds.get(object.kind)!,
    key: keyOf(object as Obj),
    version: `${100 + i}`,
    object: gone ? undefined : object as unknown as Obj,
  }));
}

const condemned = (...objects: readonly Json[]): readonly string[] => [
  ...new Set(judge(commits(subnet, ...objects)).always.map((what) => what.split(":")[0]!)),
];

Deno.test("soak: whoever is served in order, and leaves, is not condemned", () => {
  const leaves = [gone(pod("a")), gone(record("a", A)), gone(claim("a", A))];
  const { always, atRest } = judge(commits(subnet, ...served("a", A), ...served("b", B), ...leaves));
  assertEquals([...always, ...atRest], []);
});

const WRONG: Readonly<Record<string, readonly [rules: readonly string[], commits: readonly Json[]]>> = {
  "two pods that were told one address": [["S1", "S2"], [
    ...served("a", A),
    pod("b"),
    record("b", A),
    pod("b", shown(A)),
  ]],
  "a pod that was told before its address was claimed": [["S2"], [
    pod("a"),
    record("a", A),
    pod("a", shown(A)),
  ]],
  "a claim that is released while its pod lives": [["S2", "S13", "S23"], [
    ...served("a", A),
    gone(claim("a", A)),
  ]],
  "a pod that was told another address than its record's": [["S15"], [
    pod("a"),
    record("a", B),
    claim("a", A),
    pod("a", shown(A)),
  ]],
  "the gateway's address claimed": [["S5"], [pod("a"), record("a", "10.0.0.1"), claim("a", "10.0.0.1")]],
  "a record with another address than before": [["S8"], [pod("a"), record("a", A), record("a", B)]],
  "a Subnet that goes before its claims": [["S4"], [...served("a", A), gone(subnet)]],
};

for (const [what, [rules, objects]] of Object.entries(WRONG)) {
  Deno.test(`soak: condemned is ${what}`, () => {
    assertEquals(condemned(...objects).toSorted(), rules.toSorted());
  });
}

Deno.test("soak: condemned is a pod of a StatefulSet that comes back with another address", () => {
  const set = {
    kind: "StatefulSet",
    metadata: { name: "s", namespace: "d", uid: "set" },
    spec: { replicas: 1 },
  };
  const owned = {
    ownerReferences: [{
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      name: "s",
      uid: "set",
      controller: true,
    }],
  };
  const life = (uid: string, address: string) => [
    pod("s-0", {}, { ...owned, uid }),
    record("s-0", address),
    claim("s-0", address),
    pod("s-0", shown(address), { ...owned, uid }),
    gone(pod("s-0", {}, { ...owned, uid })),
  ];
  assertEquals(condemned(set, ...life("one", A), ...life("two", A)).includes("S6"), false);
  assertEquals(condemned(set, ...life("one", A), ...life("two", B)).includes("S6"), true);
});

Deno.test("soak: condemned is a machine that is started again with another address; another machine of the name is free", () => {
  const vm = { kind: "VirtualMachine", metadata: { name: "m", namespace: "d", uid: "vm" } };
  const owner = {
    apiVersion: "kubevirt.io/v1",
    kind: "VirtualMachineInstance",
    name: "m",
    uid: "i",
    controller: true,
  };
  const labels = { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": "m" };
  const run = (n: number, address: string) => {
    const its = { labels, ownerReferences: [owner] }, kept = record("m", address);
    const annotations = { ...kept.metadata.annotations, [OWNER_KEY]: "d/VirtualMachine/m" };
    return [
      pod(`m-${n}`, {}, its),
      { ...kept, metadata: { ...kept.metadata, annotations } },
      claim("m", address),
      pod(`m-${n}`, shown(address), its),
      gone(pod(`m-${n}`, {}, its)),
    ];
  };
  assertEquals(condemned(vm, ...run(1, A), ...run(2, A)).includes("S7"), false);
  assertEquals(condemned(vm, ...run(1, A), ...run(2, B)).includes("S7"), true);
  assertEquals(condemned(vm, ...run(1, A), gone(vm), vm, ...run(2, B)).includes("S7"), false);
});
