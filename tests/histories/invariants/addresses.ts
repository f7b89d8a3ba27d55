/** Nobody shares an address, and nobody is told one that is not held for it. */
import { AddressClaim, claimName, isWearing, wornAddress } from "../../../crds/address_claim.ts";
import { OWNER_UID, podKey } from "../../../crds/annotations.ts";
import { IP } from "../../../crds/ip.ts";
import { addressesOf, isReservation, ownerKeyOf, subnetUidOf, type Worn } from "../../../crds/record.ts";
import { Subnet } from "../../../crds/subnet.ts";
import type { Obj } from "../../../reconcile/kind.ts";
import type { Write } from "../cluster.ts";
import { type Facts, tellsIn, type Told } from "../facts.ts";
import { blockOf } from "../blocks.ts";
import { machineOf } from "../machines.ts";
import { together, wornBy } from "../wearing.ts";
import type { Invariant } from "./invariant.ts";

/** S1, and S9 where the two are of different kinds. */
const unique: Invariant = {
  id: "S1",
  says: "no two alive owners were told the same address of one Subnet",
  afterWrite: ({ object }, facts) => {
    for (const told of facts.toldTo(object.metadata.uid)) {
      for (const address of told.addresses) {
        // Somebody deleted the claim by hand: only an admission policy could have prevented what follows.
        if (facts.touched.has(claimName(told.subnet, address))) continue;
        const other = facts.tellersOf(told.subnet, address).find((each) =>
          each.uid !== told.uid && !together(told, each, facts)
        );
        if (other) return `${nameOf(told)} and ${nameOf(other)} both have ${address} of ${told.subnet}`;
      }
    }
  },
};

/** S2. */
const claimed: Invariant = {
  id: "S2",
  says: "what an owner was told is claimed by its record, unless a user touched the record or the claim",
  afterWrite: (write, facts) => {
    for (const told of concerned(write, facts)) {
      const wrong = whatIsUnclaimed(told, facts);
      if (!wrong) forgive(told, facts);
      else if (!namesOf(told).some((name) => facts.touched.has(name))) return wrong;
    }
  },
};

/** S2 at rest. */
const restored: Invariant = {
  id: "S2",
  says: "at rest, what an owner was told is claimed by its record, or the owner was told what is in the way",
  atRest: (facts) => {
    for (const told of facts.everyTold()) {
      const wrong = whatIsUnclaimed(told, facts);
      // Of several networks one may wait while the others are planned for.
      const isWaiting = facts.plannedFor(told.kind, told.owner)?.until !== undefined;
      if (wrong && !(isWaiting && facts.warningAbout(told.uid))) return wrong;
    }
  },
};

function whatIsUnclaimed(told: Told, facts: Facts): string | undefined {
  const { cluster } = facts, vip = wornBy(told, facts);
  if (vip) return whatIsNotWorn(told, vip, facts);
  const name = nameOf(told), isRecord = told.holder.kind === IP.kind;
  const record = isRecord ? cluster.get(IP, told.holder.name) : undefined;
  const uid = isRecord ? record?.metadata.uid : told.uid;
  for (const address of told.addresses) {
    const holder = cluster.get(AddressClaim, claimName(told.subnet, address))?.spec.holder;
    if (!holder) return `${name} has ${address} of ${told.subnet}, which nobody holds`;
    if (holder.name !== told.holder.name || holder.kind !== told.holder.kind) {
      return `${name} has ${address}, which ${holder.kind} ${holder.name} holds`;
    }
    if (holder.uid !== uid) {
      return `${name} has ${address}, held by ${holder.name} as ${holder.uid}, which is ${uid ?? "gone"}`;
    }
  }
  const machine = machineOf(told, cluster);
  if (machine) return record && whatIsNotTheMachines(record, machine, told);
  const served = record?.metadata.annotations?.[OWNER_UID];
  if (isRecord && served !== told.uid) {
    return `${name} (${told.uid}) has the addresses of a record that serves ${served}`;
  }
}

/** Whichever of the pods that run a machine its record names, it is the machine's. */
function whatIsNotTheMachines(record: IP, machine: string, { owner }: Told): string | undefined {
  const key = ownerKeyOf(record);
  if (key === machine.replace("/", "/VirtualMachine/")) return;
  return `${owner} runs ${machine}, and has the addresses of a record of ${key}`;
}

/** The addresses are the Vip's, the right to wear it is the record's. */
function whatIsNotWorn(told: Told, vip: Worn, { cluster }: Facts): string | undefined {
  const holderOf = (address: string) =>
    cluster.get(AddressClaim, claimName(told.subnet, address))?.spec.holder;
  for (const address of told.addresses) {
    const holder = holderOf(address);
    if (holder?.uid !== vip.uid) {
      return `${told.owner} wears ${vip.name}, and ${address} is ${holder?.name}'s`;
    }
  }
  const wearer = holderOf(wornAddress(vip.uid)), record = cluster.get(IP, told.holder.name);
  if (wearer?.uid !== record?.metadata.uid) return `${told.owner} wears ${vip.name}, as does ${wearer?.name}`;
}

/** `red/p0`, or `Vip v0`. */
const nameOf = ({ kind, owner, holder }: Told): string =>
  holder.kind === kind.kind ? `${kind.kind} ${owner}` : owner;

const namesOf = ({ holder, subnet, addresses }: Told): readonly string[] => [
  holder.name,
  ...addresses.map((address) => claimName(subnet, address)),
];

/**
 * All is as it was before a user's hand, for everybody whom it met: a pod and a machine of one name share that of their record. Not
 * so where two were told one address by then.
 */
function forgive(told: Told, facts: Facts): void {
  const isShared = told.addresses.some((address) => facts.tellersOf(told.subnet, address).length > 1);
  if (isShared) return;
  for (const name of namesOf(told).filter((name) => facts.touched.has(name))) {
    const met = [...facts.everyTold()].filter((each) => namesOf(each).includes(name));
    if (met.every((each) => whatIsUnclaimed(each, facts) === undefined)) facts.touched.delete(name);
  }
}

/** S13. */
const kept: Invariant = {
  id: "S13",
  says: "a claim of an owner that was told its address is never deleted by us",
  afterWrite: ({ kind, type, by, object }, facts) => {
    if (kind.kind !== "AddressClaim" || type !== "DELETED" || typeof by !== "number") return;
    const { subnet, address, holder } = (object as AddressClaim).spec;
    if (facts.touched.has(object.metadata.name)) return;
    for (const told of facts.tellersOf(subnet, address)) {
      if (told.holder.name === holder.name && told.holder.kind === holder.kind) {
        return `replica-${by} deleted the claim of ${address}, which ${nameOf(told)} has`;
      }
    }
  },
};

/** S23. */
const covered: Invariant = {
  id: "S23",
  says: "no claim is deleted by us while the record that holds it and its Subnet are there",
  afterWrite: ({ kind, type, by, object }, { cluster }) => {
    if (kind.kind !== "AddressClaim" || type !== "DELETED" || typeof by !== "number") return;
    const { holder, address, subnet, subnetUid } = (object as AddressClaim).spec;
    const isHeld = holder.kind === IP.kind && cluster.get(IP, holder.name)?.metadata.uid === holder.uid;
    if (!isHeld || cluster.get(Subnet, subnet)?.metadata.uid !== subnetUid) return;
    return `replica-${by} deleted the claim of ${address}, and its record ${holder.name} is still there`;
  },
};

/** S15. */
const whole: Invariant = {
  id: "S15",
  says: "an owner is told all addresses of its record at once, one of each family of its Subnet",
  afterWrite: ({ kind, by, object, previous, request }, facts) => {
    if (!isOwner(kind.kind) || typeof by !== "number" || request?.verb !== "apply") return;
    if (!tellsIn(kind, request.body)) return;
    for (const told of facts.toldTo(object.metadata.uid)) {
      const wrong = whatIsMissing(told, { object, previous }, facts);
      if (wrong) return wrong;
    }
  },
};

function whatIsMissing(
  told: Told,
  { object, previous }: Pick<Write, "object" | "previous">,
  facts: Facts,
): string | undefined {
  const record = facts.cluster.get(IP, told.holder.name), has = told.addresses.join();
  if (!record || told.adopted || facts.touched.has(told.holder.name)) return;
  if (addressesOf(record).join() !== has) {
    return `${told.owner} was told ${has} where its record says ${addressesOf(record).join()}`;
  }
  if (isReservation(record) || asksForOneFamily(object, told) || wornBy(told, facts)) return;
  // It had that from a reservation, say, which somebody deleted since: what was told stays.
  if (previous?.metadata.annotations?.[podKey(told.provider, "ip_address")] === has) return;
  const known = facts.specs.get(subnetUidOf(record) ?? "") ?? [];
  const isDual = known.length > 0 && known.every((spec) => blockOf(spec).families.length === 2);
  if (isDual && told.addresses.length !== 2) return `${told.owner} was told ${has} of a dual-stack Subnet`;
}

const asksForOneFamily = (pod: Obj, { provider }: Told): boolean =>
  pod.metadata.annotations?.[podKey(provider, "ip_family")] !== undefined;

/** S17. */
const macs: Invariant = {
  id: "S17",
  says: "no two alive owners of one Subnet were told the same MAC address",
  afterWrite: ({ object }, facts) => {
    for (const told of facts.toldTo(object.metadata.uid)) {
      for (const other of told.mac ? facts.everyTold() : []) {
        if (other.uid === told.uid || other.subnet !== told.subnet || other.mac !== told.mac) continue;
        if (together(told, other, facts)) continue;
        return `${nameOf(told)} and ${nameOf(other)} both have ${told.mac} in ${told.subnet}`;
      }
    }
  },
};

/** S25. */
const reserved: Invariant = {
  id: "S25",
  says: "an address that a user's reservation holds is given to nobody else while the reservation exists",
  afterWrite: ({ kind, type, by, object }, { cluster, honoured }) => {
    if (kind.kind !== "AddressClaim" || type !== "ADDED" || typeof by !== "number") return;
    const { subnet, subnetUid, address, holder } = (object as AddressClaim).spec;
    // A claim in a Subnet that is gone gives nothing: it comes late, and goes.
    if (cluster.get(Subnet, subnet)?.metadata.uid !== subnetUid) return;
    for (const record of cluster.all(IP)) {
      if (record.spec.subnet !== subnet || record.metadata.name === holder.name || !isReservation(record)) {
        continue;
      }
      if (addressesOf(record).includes(address) && honoured.has(`${record.metadata.uid} ${address}`)) {
        return `${address} of reservation ${record.metadata.name} was claimed for ${holder.name}`;
      }
    }
  },
};

/** S5. */
const legal: Invariant = {
  id: "S5",
  says:
    "no claim on a network, broadcast, gateway or foreign address, nor on an excluded one that nobody asked for",
  afterWrite: ({ kind, type, by, object }, facts) => {
    if (kind.kind !== "AddressClaim" || type !== "ADDED" || typeof by !== "number") return;
    const { subnetUid, address, holder, ownerKey = `${holder.kind} ${holder.name}` } =
      (object as AddressClaim).spec;
    const record = facts.cluster.get(IP, holder.name),
      isMac = address.split(":").length === 6 || isWearing(address);
    if (isMac || facts.forged.has(`${ownerKey} ${address}`)) return;
    const isAsked = facts.asked.get(ownerKey)?.has(address) || (record && isReservation(record));
    const specs = facts.specs.get(subnetUid) ?? [];
    const isLegal = specs.some((spec) => {
      const { hosts, gateways, excluded } = blockOf(spec);
      return hosts.has(address) && !gateways.has(address) && (isAsked || !excluded.has(address));
    });
    return isLegal ? undefined : `${address} was claimed for ${holder.name}`;
  },
};

const isOwner = (kind: string): boolean => kind === "Pod" || kind === "Node";

/** Who was told something that a commit may have taken away. */
function concerned({ kind, object }: Write, facts: Facts): Iterable<Told> {
  switch (kind.kind) {
    case "IP":
      return [...facts.everyTold()].filter(({ holder }) =>
        holder.kind === IP.kind && holder.name === object.metadata.name
      );
    case "AddressClaim":
      return facts.tellersOf(object.spec.subnet, object.spec.address);
  }
  return facts.toldTo(object.metadata.uid);
}

export const addresses: readonly Invariant[] = [
  unique,
  claimed,
  restored,
  kept,
  covered,
  whole,
  macs,
  reserved,
  legal,
];
