/** What must hold of the whole register at rest, judged from nothing but the objects. */
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { OVN, podKey } from "../../crds/annotations.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP, nodeRecordName, recordName } from "../../crds/ip.ts";
import { kinds } from "../../crds/mod.ts";
import { isAlive, publishedBy } from "../../crds/published.ts";
import { isReservation, ownerKeyOf, ownerUidOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import { countsOf } from "./counts.ts";

/** All objects of a cluster, of the kinds that matter. */
export interface Objects {
  of<T extends Obj>(kind: Kind<T>): readonly T[];
}

/** Everything that is wrong, for people; empty when all is well. The letters are those of `tests/histories`. */
export function violations(objects: Objects): readonly string[] {
  return [doublyTold, untruthfully, unheld, unowned, miscounted].flatMap((rule) => [...rule(objects)]);
}

/** S1. */
function* doublyTold(objects: Objects): Iterable<string> {
  const tellers = new Map<string, string>();
  for (const owner of owners(objects)) {
    for (const { subnet, address } of publishedBy(owner)) {
      const other = tellers.get(`${subnet} ${address}`);
      if (other) yield `S1: ${other} and ${keyOf(owner)} both have ${address} of ${subnet}`;
      tellers.set(`${subnet} ${address}`, keyOf(owner));
    }
  }
}

/** S2. */
function* untruthfully(objects: Objects): Iterable<string> {
  const records = byKey(objects.of(IP)), claims = byKey(objects.of(AddressClaim));
  for (const owner of owners(objects)) {
    for (const { subnet, address } of publishedBy(owner)) {
      const name = recordNameOf(owner), record = records.get(name);
      const holder = claims.get(claimName(subnet, address))?.spec.holder;
      const what = `S2: ${keyOf(owner)} has ${address} of ${subnet},`;
      if (!record) yield `${what} and no record ${name} is there`;
      else if (ownerUidOf(record) !== owner.metadata.uid) yield `${what} and its record serves another`;
      else if (!holder) yield `${what} which nobody claimed`;
      else if (holder.kind === Vip.kind && owner.metadata.annotations?.[podKey(OVN, "vip")] === holder.name) {
        continue;
      } else if (holder.name !== name || holder.uid !== record.metadata.uid) {
        yield `${what} which is claimed for ${holder.name} (${holder.uid})`;
      }
    }
  }
}

/** L2, claims. */
function* unheld(objects: Objects): Iterable<string> {
  const uids = new Map(
    kinds.map((kind) => [kind.kind, new Set(objects.of(kind as Kind).map(({ metadata }) => metadata.uid))]),
  );
  for (const { metadata, spec: { holder } } of objects.of(AddressClaim)) {
    if (!uids.get(holder.kind)?.has(holder.uid)) {
      yield `L2: claim ${metadata.name} is held by ${holder.name} (${holder.uid}), which is not there`;
    }
  }
}

/** L2, records. */
function* unowned(objects: Objects): Iterable<string> {
  // Addresses of a Subnet's own serve the Subnet.
  const uids = new Set([...owners(objects), ...objects.of(Subnet)].map((owner) => owner.metadata.uid));
  for (const record of objects.of(IP)) {
    if (isReservation(record) || uids.has(ownerUidOf(record) ?? "")) continue;
    yield `L2: record ${keyOf(record)} serves ${ownerKeyOf(record)} (${
      ownerUidOf(record)
    }), which is not there`;
  }
}

/** L4. */
function* miscounted(objects: Objects): Iterable<string> {
  const claims = Map.groupBy(objects.of(AddressClaim), (claim) => claim.spec.subnet);
  for (const subnet of objects.of(Subnet)) {
    if (!isReady(subnet)) continue;
    const claimed = claims.get(keyOf(subnet))?.map((claim) => claim.spec.address) ?? [];
    const counts = countsOf(subnet, claimed), status = subnet.status as Record<string, unknown>;
    for (const [field, count] of Object.entries(counts)) {
      const said = status[field] ?? 0;
      if (Number(said) !== Number(count)) {
        yield `L4: Subnet ${keyOf(subnet)} says ${field}=${said}, it is ${count}`;
      }
    }
  }
}

export const isReady = (subnet: Subnet): boolean =>
  subnet.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Whoever may have been told an address, and is alive. */
export function* owners(objects: Objects): Iterable<Pod | Node> {
  yield* objects.of(Pod).filter(isAlive);
  yield* objects.of(Node);
}

export function recordNameOf({ metadata: { name, namespace } }: Pod | Node): string {
  return namespace ? recordName({ name, namespace }) : nodeRecordName(name);
}

const byKey = <T extends Obj>(objects: readonly T[]) =>
  new Map(objects.map((object) => [keyOf(object), object]));
