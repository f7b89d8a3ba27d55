/** Claims of addresses that a Subnet has itself. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { mcastRecordName } from "../../crds/ip.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import { diff } from "../../reconcile/diff.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { claim, inUse, subnet, vpc, worldOf } from "../world.ts";

const sn = inUse(subnet("sn", { cidrBlock: "10.0.0.0/24", enableMulticastSnoop: true }));
const querier = claim({ subnet: "sn", address: "10.0.0.2", holder: mcastRecordName("sn"), ownerKey: "sn" });

/** What becomes of the claim when somebody deleted its record. */
function left(...objects: readonly Obj[]) {
  const { store } = worldOf([vpc(), ...objects, querier]);
  return diff({ kind: AddressClaim, object: querier }, undefined, { rules, store, countersDue: false })
    .map((write) => write.phase === "release" ? write.fences?.map(({ kind }) => kind) : write.phase);
}

Deno.test("own addresses: a claim whose record somebody deleted stays while the Subnet shows its address", () => {
  assertEquals(left({ ...sn, status: { mcastQuerierIP: "10.0.0.2" } } as Subnet), []);
});

Deno.test("own addresses: a claim without a record goes where the Subnet, asked by a write, does not show it, or is gone", () => {
  assertEquals(left(sn), [[Subnet]]);
  assertEquals(left(), [undefined]);
});
