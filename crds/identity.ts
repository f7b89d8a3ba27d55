/**
 * Who keeps addresses while its pods come and go. One more kind of owner is one more row of {@link keepers}.
 *
 * A record of such a pod names its keeper in annotations, and stays while the keeper {@link Keeper.keeps} that member.
 */
import { isDeleting, type Key, keyOf, type Kind, type Obj, type Of } from "../reconcile/kind.ts";
import type { Among } from "../reconcile/relation.ts";
import { IDENTITY, IDENTITY_UID, OWNER_UID } from "./annotations.ts";
import { AdvancedStatefulSet, type Pod, StatefulSet, VirtualMachine } from "./foreign.ts";
import type { IP } from "./ip.ts";
import { LAUNCHER, LAUNCHER_LABEL } from "./labels.ts";
import { hasOrdinal, ordinalOf } from "./ordinals.ts";

/** A row: one kind of owner. */
export interface Keeper {
  readonly kind: Kind;
  /** `spec.podType` of its records; in records of Kube-OVN, which have no annotations, it is all that says so. */
  readonly podType: "StatefulSet" | "VirtualMachine";
  /** API group and kind of the controller that its pods name. */
  readonly controller: readonly [group: string, kind: string];
  /** Its pods are one after the other, or two at a time, the same machine: they share its records. */
  readonly shared: boolean;
  /** One that is re-created under its name is another one. */
  readonly byUid: boolean;
  /** Whether it still has that member. */
  readonly keeps: (owner: Obj, member: string) => boolean;
  /** Which element of a list of addresses is that member's; absent: any that is free. */
  readonly indexOf?: (owner: Obj, member: string) => number | undefined;
}

const keeper = <K extends Kind>(
  kind: K,
  row: Omit<Keeper, "kind" | "keeps"> & { readonly keeps: (owner: Of<K>, member: string) => boolean },
): Keeper => ({ ...row, kind, keeps: row.keeps as Keeper["keeps"] });

/** The first ordinal has the first element. */
function indexOf(set: Obj, member: string): number | undefined {
  const ordinal = ordinalOf(member, set.metadata.name);
  return ordinal === undefined ? undefined : ordinal - ((set as StatefulSet).spec.ordinals?.start ?? 0);
}

export const keepers: readonly Keeper[] = [
  keeper(StatefulSet, {
    podType: "StatefulSet",
    controller: ["apps", "StatefulSet"],
    shared: false,
    byUid: true,
    keeps: ({ metadata, spec }, member) => {
      const ordinal = ordinalOf(member, metadata.name), { replicas, ordinals } = spec;
      return ordinal !== undefined && hasOrdinal({ replicas, start: ordinals?.start }, ordinal);
    },
    indexOf,
  }),
  keeper(AdvancedStatefulSet, {
    podType: "StatefulSet",
    controller: ["apps.kruise.io", "StatefulSet"],
    shared: false,
    byUid: true,
    keeps: ({ metadata, spec }, member) => {
      const ordinal = ordinalOf(member, metadata.name), { replicas, ordinals, reserveOrdinals } = spec;
      return ordinal !== undefined &&
        hasOrdinal({ replicas, start: ordinals?.start, reserved: reserveOrdinals }, ordinal);
    },
    indexOf,
  }),
  // Its pods name the instance that they run, which has the machine's name and another uid.
  keeper(VirtualMachine, {
    podType: "VirtualMachine",
    controller: ["kubevirt.io", "VirtualMachineInstance"],
    shared: true,
    byUid: false,
    keeps: () => true,
  }),
];

/** Whose address something has. */
export interface Identity {
  readonly keeper: Keeper;
  /** Of the keeper. */
  readonly key: Key;
  /** Of the keeper; absent where its name is all that counts, and in records of Kube-OVN. */
  readonly uid: string | undefined;
}

/** Whose address a pod has, as it says itself: whether its keeper is there and keeps it is another question. */
export function identityOf(pod: Pod): Identity | undefined {
  const { name, namespace = "", labels, ownerReferences } = pod.metadata;
  const reference = ownerReferences?.find(({ controller }) => controller);
  const row = reference &&
    keepers.find(({ controller: [group, kind] }) =>
      reference.kind === kind && reference.apiVersion.startsWith(`${group}/`)
    );
  if (!row) return undefined;
  const isMember = row.shared
    ? labels?.[LAUNCHER_LABEL] === LAUNCHER
    : ordinalOf(name, reference.name) !== undefined;
  if (!isMember) return undefined;
  return { keeper: row, key: `${namespace}/${reference.name}`, uid: row.byUid ? reference.uid : undefined };
}

/** Whose address a record holds. */
export function identityOfRecord({ metadata, spec }: IP): Identity | undefined {
  const { annotations } = metadata, { namespace = "", podName = "", podType } = spec;
  const [kind, name] = annotations?.[IDENTITY]?.split("/") ?? [];
  if (kind !== undefined && name !== undefined) {
    const row = keepers.find((each) => each.kind.kind === kind);
    return row && { keeper: row, key: `${namespace}/${name}`, uid: annotations?.[IDENTITY_UID] };
  }
  if (annotations?.[OWNER_UID] !== undefined) return undefined;
  const row = keepers.find((each) => each.podType === podType);
  const owner = row && (row.shared ? podName : podName.slice(0, Math.max(0, podName.lastIndexOf("-"))));
  return row && owner ? { keeper: row, key: `${namespace}/${owner}`, uid: undefined } : undefined;
}

/** What a record of this identity is annotated with. */
export function identityAnnotations({ keeper, key, uid }: Identity): Readonly<Record<string, string>> {
  const name = key.slice(key.indexOf("/") + 1);
  return { [IDENTITY]: `${keeper.kind.kind}/${name}`, ...(uid === undefined ? {} : { [IDENTITY_UID]: uid }) };
}

/** Whether this owner keeps the record of its member. One that is going keeps nothing. */
export function keeps(owner: Obj, { keeper, uid }: Identity, member: string): boolean {
  return !isDeleting(owner) && (uid === undefined || owner.metadata.uid === uid) &&
    keeper.keeps(owner, member);
}

/**
 * The owner key that a pod's records and claims carry: its own, or where pods share them the machine's, which no other object can
 * have: `prod/VirtualMachine/vm1`.
 */
export const ownerKeyOfPod = (pod: Pod): Key => sharedKeyOf(pod) ?? keyOf(pod);

/** Undefined for a pod that shares nothing. */
export function sharedKeyOf(pod: Pod): Key | undefined {
  const identity = identityOf(pod);
  return identity?.keeper.shared ? sharedKey(identity) : undefined;
}

export const sharedKey = ({ keeper, key }: Identity): Key => key.replace("/", `/${keeper.kind.kind}/`);

/** Where a live list finds every pod of that owner key; undefined where it is that of one pod. */
export function sharersOf(ownerKey: Key | undefined): Among | undefined {
  const [namespace = "", , name] = ownerKey?.split("/") ?? [];
  return name === undefined ? undefined : { namespace, labelSelector: `${LAUNCHER_LABEL}=${LAUNCHER}` };
}

/** The name under which a pod's records are kept: its own, or that of what it shares them with. */
export function memberOf(pod: Pod): string {
  const identity = identityOf(pod);
  return identity?.keeper.shared ? identity.key.slice(identity.key.indexOf("/") + 1) : pod.metadata.name;
}
