/** What judges must be able to condemn: each rule on a register that breaks it and no other. */
import { assertEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID } from "../../crds/annotations.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Json } from "../../kube/api.ts";
import { keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { countsOf } from "./counts.ts";
import { replay } from "./history.ts";
import { violations } from "./invariants.ts";
import type { Commit } from "./journal.ts";
import { ovn, pod, subnet } from "./manifests.ts";

const SPEC = { cidrBlock: "10.0.0.0/29", excludeIps: ["10.0.0.1"] };

function told(name: string, address: string): Json {
  const shown = ovn({ allocated: "true", ip_address: address, logical_switch: "sn" });
  const { metadata, ...rest } = pod(`d/${name}`, shown);
  return { ...rest, metadata: { ...metadata, uid: `uid-${name}` } };
}

function record(name: string, address: string): Json {
  const annotations = { [OWNER_UID]: `uid-${name}`, [OWNER_KEY]: `d/${name}` };
  const metadata = {
    name: `${name}.d`,
    uid: `record-${name}`,
    annotations,
    labels: { [IP_RESERVED_LABEL]: "false" },
  };
  return {
    kind: "IP",
    metadata,
    spec: { podName: name, namespace: "d", subnet: "sn", v4IpAddress: address },
  };
}

function claim(name: string, address: string, uid = `record-${name}`): Json {
  const holder = { kind: "IP", name: `${name}.d`, uid };
  return {
    kind: "AddressClaim",
    metadata: { name: claimName("sn", address) },
    spec: { subnet: "sn", address, holder },
  };
}

function counted(using: number, available: number): Json {
  const conditions = [{ type: "Ready", status: "True" }];
  return { ...subnet("sn", SPEC), status: { conditions, v4usingIPs: using, v4availableIPs: available } };
}

const A = "10.0.0.2", B = "10.0.0.3";
const whole = [
  told("a", A),
  record("a", A),
  claim("a", A),
  told("b", B),
  record("b", B),
  claim("b", B),
  counted(2, 3),
];

function judge(objects: readonly Json[]): readonly string[] {
  return violations({
    of: <T extends Obj>({ kind }: Kind<T>) =>
      objects.filter((object) => object.kind === kind) as unknown as T[],
  });
}

/** In the order given, which is that of their versions. */
function commits(objects: readonly (Json & { readonly gone?: true })[]): readonly Commit[] {
  const kinds = new Map<string, Kind>(
    [Pod, Node, IP, AddressClaim, Subnet].map((kind) => [kind.kind, kind as Kind]),
  );
  return objects.map(({ gone, ...object }, i) => ({
    kind: kinds.get(object.kind)!,
    key: keyOf(object as Obj),
    version: `${100 + i}`,
    object: gone ? undefined : object as Obj,
  }));
}

const without = (...names: readonly string[]) =>
  whole.filter(({ kind, metadata }) => !names.includes(`${kind} ${metadata.name}`));

Deno.test("invariants: a register in order has nothing wrong with it, at rest or on the way", () => {
  assertEquals(judge(whole), []);
  assertEquals(replay(commits([record("a", A), claim("a", A), told("a", A), counted(1, 4)])), []);
});

Deno.test("invariants: every way to be wrong at rest is found, with a name", () => {
  const rules: readonly (readonly [objects: readonly Json[], found: readonly string[]])[] = [
    [[...whole, { ...told("c", A), metadata: { ...told("c", A).metadata, uid: "uid-c" } }], ["S1", "S2"]],
    [without("IP a.d"), ["S2", "L2"]],
    [without(`AddressClaim sn.${A}`), ["S2", "L4", "L4"]],
    [[...without(`AddressClaim sn.${A}`), claim("b", A)], ["S2"]],
    [[...without(`AddressClaim sn.${A}`), claim("a", A, "earlier")], ["S2", "L2"]],
    [without("Pod a"), ["L2"]],
    [[...without("Subnet sn"), counted(1, 3)], ["L4"]],
    [[...without("Subnet sn"), counted(2, 4)], ["L4"]],
  ];
  for (const [objects, found] of rules) {
    assertEquals(judge(objects).map((what) => what.slice(0, 2)), found, judge(objects).join("\n"));
  }
});

Deno.test("invariants: what was wrong for one commit only is found as well", () => {
  const found = (...objects: readonly Json[]) => replay(commits(objects)).map((what) => what.slice(0, 2));
  const life = [record("a", A), claim("a", A), told("a", A)];
  assertEquals(found(record("a", A), told("a", A), claim("a", A)), ["S2"], "told before claimed");
  assertEquals(
    found(...life, { ...claim("a", A), gone: true }, claim("a", A)),
    ["S2"],
    "unclaimed for a moment",
  );
  assertEquals(found(...life, { ...record("a", A), gone: true }, { ...told("a", A), gone: true }), ["S2"]);
  assertEquals(found(...life, { ...told("a", A), gone: true }, { ...record("a", A), gone: true }), []);
  const second = [record("b", A), told("b", A)];
  assertEquals(
    found(...life, ...second, { ...told("b", A), gone: true }),
    ["S1", "S2"],
    "two had it for a moment",
  );
});

Deno.test("counts: used, available and excluded addresses are all there are, each counted once", () => {
  const counts = (cidrBlock: string, excludeIps: readonly string[], claimed: readonly string[]) => {
    const { v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs } = countsOf(
      subnet("sn", { cidrBlock, excludeIps }),
      claimed,
    );
    return [v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs];
  };
  assertEquals(counts("10.0.0.0/24", [], [A, B]), [2n, 252n, 0n, 0n]);
  assertEquals(counts("10.0.0.0/24", ["10.0.0.0..10.0.0.9", "10.0.0.5..10.0.0.19", "10.9.0.1"], [A]), [
    0n,
    235n,
    0n,
    0n,
  ]);
  assertEquals(counts("10.0.0.0/31", [], ["10.0.0.0"]), [1n, 1n, 0n, 0n]);
  assertEquals(counts("10.0.0.0/30,fd00::/64", ["fd00::1"], ["fd00::2", "02:00:00:00:00:01"]), [
    0n,
    2n,
    1n,
    2n ** 64n - 4n,
  ]);
});
