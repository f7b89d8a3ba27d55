/** Nobody shares an address, and nobody is told one that is not held for it. */
import { AddressClaim, claimName } from "../../../crds/address_claim.ts";
import { OWNER_UID, podKey } from "../../../crds/annotations.ts";
import { Node, Pod } from "../../../crds/foreign.ts";
import { IP } from "../../../crds/ip.ts";
import { publishedBy } from "../../../crds/published.ts";
import { addressesOf, isReservation } from "../../../crds/record.ts";
import { Subnet } from "../../../crds/subnet.ts";
import type { Write } from "../cluster.ts";
import type { Facts, Told } from "../facts.ts";
import { blockOf } from "../blocks.ts";
import type { Invariant } from "./invariant.ts";

/** S1. */
const unique: Invariant = {
  id: "S1",
  says: "no two alive owners were told the same address of one Subnet",
  afterWrite: ({ kind, object }, facts) => {
    const told = isOwner(kind.kind) ? facts.told.get(object.metadata.uid) : undefined;
    for (const address of told?.addresses ?? []) {
      // Somebody deleted the claim by hand: only an admission policy could have prevented what follows.
      if (facts.touched.has(claimName(told!.subnet, address))) continue;
      for (const other of facts.tellersOf(told!.subnet, address)) {
        if (other.uid !== told!.uid) {
          return `${told!.owner} and ${other.owner} both have ${address} of ${told!.subnet}`;
        }
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
    for (const told of facts.told.values()) {
      const wrong = whatIsUnclaimed(told, facts);
      const isWaiting =
        facts.plannedFor(told.owner.includes("/") ? Pod : Node, told.owner)?.verdict === "wait";
      if (wrong && !(isWaiting && facts.warningAbout(told.uid))) return wrong;
    }
  },
};

function whatIsUnclaimed(told: Told, { cluster }: Facts): string | undefined {
  const record = cluster.get(IP, told.record), owner = record?.metadata.annotations?.[OWNER_UID];
  for (const address of told.addresses) {
    const holder = cluster.get(AddressClaim, claimName(told.subnet, address))?.spec.holder;
    if (!holder) return `${told.owner} has ${address} of ${told.subnet}, which nobody holds`;
    if (holder.name !== told.record) return `${told.owner} has ${address}, which ${holder.name} holds`;
    if (holder.uid === record?.metadata.uid) continue;
    return `${told.owner} has ${address}, held by ${holder.name} as ${holder.uid}, which is ${
      record?.metadata.uid ?? "gone"
    }`;
  }
  if (owner !== told.uid) {
    return `${told.owner} (${told.uid}) has the addresses of a record that serves ${owner}`;
  }
}

const namesOf = ({ record, subnet, addresses }: Told): readonly string[] => [
  record,
  ...addresses.map((address) => claimName(subnet, address)),
];

/** All is as it was before a user's hand; not so where two were told one address by then. */
function forgive(told: Told, facts: Facts): void {
  const isShared = told.addresses.some((address) => [...facts.tellersOf(told.subnet, address)].length > 1);
  if (!isShared) { for (const name of namesOf(told)) facts.touched.delete(name); }
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
      if (told.record === holder.name) {
        return `replica-${by} deleted the claim of ${address}, which ${told.owner} has`;
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
    const isHeld = cluster.get(IP, holder.name)?.metadata.uid === holder.uid;
    if (!isHeld || cluster.get(Subnet, subnet)?.metadata.uid !== subnetUid) return;
    return `replica-${by} deleted the claim of ${address}, and its record ${holder.name} is still there`;
  },
};

/** S15. */
const whole: Invariant = {
  id: "S15",
  says: "an owner is told all addresses of its record at once, one of each family of its Subnet",
  afterWrite: ({ kind, by, object, request }, facts) => {
    if (!isOwner(kind.kind) || typeof by !== "number" || request?.verb !== "apply") return;
    const told = facts.told.get(object.metadata.uid), record = told && facts.cluster.get(IP, told.record);
    const isOurs = told && record && !told.adopted && !facts.touched.has(told.record);
    if (!isOurs || publishedBy(request.body).length === 0) return;
    if (addressesOf(record).join() !== told.addresses.join()) {
      return `${told.owner} was told ${told.addresses.join()} where its record says ${
        addressesOf(record).join()
      }`;
    }
    if (isReservation(record) || asksForOneFamily(object)) return;
    const specs = [...facts.specs].filter(([, specs]) => specs.length > 0);
    const uid = record.metadata.annotations?.["ipam.cadastre.internal/subnet-uid"];
    const known = specs.find(([u]) => u === uid)?.[1] ?? [];
    const isDual = known.length > 0 && known.every((spec) => blockOf(spec).families.length === 2);
    if (isDual && told.addresses.length !== 2) {
      return `${told.owner} was told ${told.addresses.join()} of a dual-stack Subnet`;
    }
  },
};

const asksForOneFamily = (pod: Pod): boolean =>
  pod.metadata.annotations?.[podKey("ovn", "ip_family")] !== undefined;

/** S17. */
const macs: Invariant = {
  id: "S17",
  says: "no two alive owners of one Subnet were told the same MAC address",
  afterWrite: ({ kind, object }, facts) => {
    const told = isOwner(kind.kind) ? facts.told.get(object.metadata.uid) : undefined;
    if (!told?.mac) return;
    for (const other of facts.told.values()) {
      if (other.uid === told.uid || other.subnet !== told.subnet || other.mac !== told.mac) continue;
      return `${told.owner} and ${other.owner} both have ${told.mac} in ${told.subnet}`;
    }
  },
};

/** S25. */
const reserved: Invariant = {
  id: "S25",
  says: "an address that a user's reservation holds is given to nobody else while the reservation exists",
  afterWrite: ({ kind, type, by, object }, { cluster, honoured }) => {
    if (kind.kind !== "AddressClaim" || type !== "ADDED" || typeof by !== "number") return;
    const { subnet, address, holder } = (object as AddressClaim).spec;
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
    const { subnetUid, address, holder, ownerKey = "" } = (object as AddressClaim).spec;
    const record = facts.cluster.get(IP, holder.name), isMac = address.split(":").length === 6;
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
    case "Pod":
    case "Node": {
      const told = facts.told.get(object.metadata.uid);
      return told ? [told] : [];
    }
    case "IP":
      return [...facts.told.values()].filter((t) => t.record === object.metadata.name);
    case "AddressClaim":
      return facts.tellersOf(object.spec.subnet, object.spec.address);
  }
  return [];
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
