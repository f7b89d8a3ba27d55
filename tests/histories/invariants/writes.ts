/** How we write: nothing that is not ours is created, nothing goes without its uid, nothing is built before it can stand. */
import { AddressClaim, claimName } from "../../../crds/address_claim.ts";
import { gatewayOf } from "../../../crds/gateway_parts.ts";
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { FINALIZER, OLD_FINALIZER } from "../../../crds/labels.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { type NatRule, ruleKinds } from "../../../crds/nat_rules.ts";
import { vpcOf } from "../../../crds/relations.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import type { Condition, Kind, Obj } from "../../../reconcile/kind.ts";
import { keyIn, subjectOf } from "../request.ts";
import type { Invariant } from "./invariant.ts";

/** S3. */
const oneEach: Invariant = {
  id: "S3",
  says: "a claim never changes but for the uid of its holder, and that by a write of one version",
  afterWrite: ({ kind, type, object, previous, by, request }) => {
    if (kind.kind !== "AddressClaim" || type !== "MODIFIED" || object.spec === previous.spec) return;
    const [before, after] = [previous, object].map(({ spec: { holder: { uid: _, ...holder }, ...spec } }) =>
      JSON.stringify({ ...spec, holder })
    );
    if (before !== after) return `${object.metadata.name} changed from ${before} to ${after}`;
    const isVersioned = request?.verb === "merge" && request.body.metadata?.resourceVersion !== undefined;
    if (typeof by === "number" && !isVersioned) {
      return `${object.metadata.name} got another holder without a version`;
    }
  },
};

/** S4. */
const parents: Invariant = {
  id: "S4",
  says:
    "a Subnet goes only when it has no claims and nobody has its addresses; a Vpc only when it has no Subnets, a gateway no EIPs, an EIP no rules",
  afterWrite: ({ kind, type, object }, facts) => {
    const { uid, name } = object.metadata;
    if (type !== "DELETED" || facts.stripped.has(uid)) return;
    // Those that came after it began to go are turned away, but that takes a moment; one that we never held goes at once.
    const since = facts.goingSince.get(uid) ?? 0;
    for (const { parent, child, of } of CHILDREN) {
      if (kind.kind !== parent.kind) continue;
      for (const object of facts.cluster.all(child)) {
        if (of(object) !== name || !namedBefore(object, { since, of, log: facts.cluster.logOf(child) })) {
          continue;
        }
        return `${parent.kind} ${name} went before ${child.kind} ${object.metadata.name}`;
      }
    }
    if (kind.kind !== "Subnet") return;
    for (const claim of facts.cluster.all(AddressClaim)) {
      if (claim.spec.subnetUid !== uid) continue;
      const added = facts.cluster.logOf(AddressClaim).findLast((c) =>
        c.type === "ADDED" && c.key === claim.metadata.name
      );
      if (added!.rv < since) return `Subnet ${name} went before claim ${claim.metadata.name}`;
      for (const told of facts.tellersOf(claim.spec.subnet, claim.spec.address)) {
        if (!told.adopted) return `Subnet ${name} went while ${told.owner} has ${claim.spec.address}`;
      }
    }
  },
};

/** S4, from the other side. */
const noneBuilt: Invariant = {
  id: "S4",
  says: "nobody is told an address of a Subnet that is gone",
  afterWrite: ({ object, by }, facts) => {
    for (const told of typeof by === "number" ? facts.toldTo(object.metadata.uid) : []) {
      for (const address of told.adopted ? [] : told.addresses) {
        const claim = facts.cluster.get(AddressClaim, claimName(told.subnet, address)),
          uid = claim?.spec.subnetUid ?? "";
        const subnet = facts.cluster.get(Subnet, told.subnet);
        if (
          !claim || facts.touched.has(claim.metadata.name) || facts.stripped.has(uid) ||
          subnet?.metadata.uid === uid
        ) continue;
        return `${told.owner} was told ${address} of ${told.subnet} (${uid}), which is gone`;
      }
    }
  },
};

/** Who names its parent, and stands in the way of its end. */
const CHILDREN: readonly {
  readonly parent: Kind;
  readonly child: Kind;
  readonly of: (child: Obj) => unknown;
}[] = [
  { parent: Vpc, child: Subnet, of: (subnet) => vpcOf(subnet as Subnet) },
  { parent: VpcNatGateway, child: IptablesEIP, of: (eip) => (eip as IptablesEIP).spec.natGwDp },
  ...ruleKinds.map((child) => ({
    parent: IptablesEIP,
    child,
    of: (rule: Obj) => (rule as NatRule).spec.eip,
  })),
];

interface Naming {
  readonly since: number;
  readonly of: (child: Obj) => unknown;
  readonly log: readonly { readonly rv: number; readonly object: Obj }[];
}

/** Whether something has named its parent since before a version, without interruption. */
function namedBefore(child: Obj, { since, of, log }: Naming): boolean {
  const own = log.filter((c) => c.object.metadata.uid === child.metadata.uid);
  const before = own.findLast((c) => c.rv < since);
  return before !== undefined && own.slice(own.indexOf(before)).every((c) => of(c.object) === of(child));
}

/** S8. */
const setOnce: Invariant = {
  id: "S8",
  says: "the addresses of a record never change",
  afterWrite: ({ kind, type, object, previous }) => {
    if (kind.kind !== "IP" || type !== "MODIFIED") return;
    for (const field of ["v4IpAddress", "v6IpAddress", "subnet"]) {
      const [before, after] = [previous.spec[field], object.spec[field]];
      if (before && before !== after) {
        return `${field} of ${object.metadata.name} changed from ${before} to ${after}`;
      }
    }
  },
};

const OURS: ReadonlySet<string> = new Set(["IP", "AddressClaim", "Vpc", "Subnet"]);

/** S10. */
const created: Invariant = {
  id: "S10",
  says: "we create records, claims, the default networks and the parts of gateways, and nothing else",
  afterWrite: ({ kind, type, by, object }) =>
    type === "ADDED" && typeof by === "number" && !OURS.has(kind.kind) && gatewayOf(object) === undefined
      ? `replica-${by} created ${kind.kind} ${object.metadata.name}`
      : undefined,
};

/** S11. */
const guardedDeletes: Invariant = {
  id: "S11",
  says: "every delete of ours names the uid and the version that it means",
  beforeRequest: (request, by) =>
    typeof by === "number" && request.verb === "delete" && !(request.uid && request.resourceVersion)
      ? `replica-${by} deletes ${subjectOf(request)} whoever it is`
      : undefined,
};

/** Judged with S11: an apply to what others own would bring it back to life. */
const guardedApplies: Invariant = {
  id: "S10",
  says: "every apply and merge of ours names the uid or the version that it means",
  beforeRequest: (request, by) => {
    if (typeof by !== "number" || (request.verb !== "apply" && request.verb !== "merge")) return;
    const { uid, resourceVersion } = request.body.metadata;
    // A part of a gateway names the uid of its owner: what comes back goes again.
    if ((request.subresource === "status" ? resourceVersion : uid) || gatewayOf(request.body)) return;
    return `replica-${by} writes ${request.resource.kind} ${keyIn(request)} whoever it is`;
  },
};

const isOurs = (finalizer: string): boolean => finalizer === FINALIZER || finalizer === OLD_FINALIZER;

/** S12. */
const finalizers: Invariant = {
  id: "S12",
  says: "our finalizer is never added to what is going, and nobody else's is ever touched",
  afterWrite: ({ by, object, previous, kind }) => {
    if (typeof by !== "number" || !previous) return;
    const before: readonly string[] = previous.metadata.finalizers ?? [],
      after: readonly string[] = object.metadata.finalizers ?? [];
    const name = `${kind.kind} ${object.metadata.name}`;
    if (previous.metadata.deletionTimestamp && after.some((f) => !before.includes(f))) {
      return `added to ${name}, which is going`;
    }
    const foreign = (list: readonly string[]) => list.filter((f) => !isOurs(f)).join();
    if (foreign(before) !== foreign(after)) return `those of ${name} changed from ${before} to ${after}`;
  },
};

/** S20. */
const barrier: Invariant = {
  id: "S20",
  says: "nothing is decided before every kind is known completely",
  atBegin: (replica, item) =>
    replica.engine.unsynced.length > 0
      ? `${replica.name} decided ${item} without ${replica.engine.unsynced.map((k) => k.kind).join(", ")}`
      : undefined,
};

const MOST_AT_ONCE = 64;

/** S21. */
const oneAtATime: Invariant = {
  id: "S21",
  says: "no two commits of one subject are under way in a replica, nor more than so many in all",
  atBegin: (replica, item) => {
    if (replica.process(item)) return `${replica.name} began ${item} twice`;
    if (replica.processes.length >= MOST_AT_ONCE) {
      return `${replica.name} has ${replica.processes.length} under way`;
    }
  },
};

/** S22. */
const conditions: Invariant = {
  id: "S22",
  says: "a condition is never about a future generation, and its transition time moves only with its status",
  afterWrite: ({ by, object, previous, kind }) => {
    if (typeof by !== "number" || object.status === previous?.status) return;
    const before: readonly Condition[] = previous?.status?.conditions ?? [];
    for (const now of (object.status?.conditions ?? []) as Condition[]) {
      const name = `${now.type} of ${kind.kind} ${object.metadata.name}`;
      if ((now.observedGeneration ?? 0) > (object.metadata.generation ?? 0)) {
        return `${name} is of a generation to come`;
      }
      const was = before.find((c) => c.type === now.type);
      const moved = was && was.lastTransitionTime !== now.lastTransitionTime;
      if (moved && was.status === now.status) return `${name} moved its time and stayed ${now.status}`;
    }
  },
};

export const writes: readonly Invariant[] = [
  oneEach,
  parents,
  noneBuilt,
  setOnce,
  created,
  guardedDeletes,
  guardedApplies,
  finalizers,
  barrier,
  oneAtATime,
  conditions,
];
