/** What the operator must be allowed, as rules of RBAC: it follows from the kinds, their relations and the tables. */
import { isAnnotated } from "../crds/annotations.ts";
import { LEASES } from "../kube/lease.ts";
import type { Resource } from "../kube/resource.ts";
import { cadastre } from "../main.ts";
import type { Kind } from "../reconcile/kind.ts";
import type { On } from "../reconcile/table.ts";
import { EVENTS } from "../runtime/event.ts";

/** Name of the operator, of its roles and of its Lease. */
export const OPERATOR = "cadastre";

/** Of all verbs, those that are ever needed, in the order in which they are written. */
const VERBS = ["get", "list", "watch", "create", "patch", "delete"] as const;
export type Verb = typeof VERBS[number];

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
}

/** Every watched kind is listed, watched, and read live before something is built on it or deleted. */
const READ: readonly Verb[] = ["get", "list", "watch"];

export interface Roles {
  /** In the whole cluster: to read everything, to keep what is ours, to annotate what is not. */
  readonly cluster: readonly Rule[];
  /** In the operator's own namespace: its Lease, the workloads that it runs, and what is watched nowhere else. */
  readonly own: readonly Rule[];
}

/** What an operator with these options needs. */
export function rolesOf(options: Parameters<typeof cadastre>[0] = {}): Roles {
  const { kinds, tables, seeds, rules: { relations } } = cadastre(options);
  const rows: readonly On[] = tables.flatMap((table) => table.rows).filter((row) => row.row === "on");

  /** Its status is told. */
  const isHandled = (kind: Kind): boolean => rows.some(({ watch }) => isSame(watch, kind));
  const isOwned = (kind: Kind): boolean => rows.some(({ owns }) => owns.some((owned) => isSame(owned, kind)));
  /** Written in the operator's namespace only: anybody may have workloads of the kind of ours. */
  const isLocal = (kind: Kind): boolean => kind.namespaces !== undefined || isOwned(kind) && !kind.ours;
  /** Its finalizers come and go, and what it leaves out is completed. */
  const isHeld = (kind: Kind): boolean =>
    rows.some(({ watch, guard }) => guard && isSame(watch, kind)) ||
    relations.some(({ parent, onDelete }) => isSame(parent, kind) && onDelete === "restrict");
  const isReleased = (kind: Kind): boolean =>
    relations.some(({ child, onDelete }) => isSame(child, kind) && onDelete === "release");

  function writes(kind: Kind): readonly Verb[] {
    // What goes with its owner was made by us: records and claims; and so was what belongs to one object alone.
    if (isOwned(kind) || isReleased(kind)) return ["create", "patch", "delete"];
    const isWritten = kind.ours ? isHeld(kind) || kind.inlineStatus : isAnnotated(kind);
    return [
      ...seeds.some(([seeded]) => isSame(seeded, kind)) ? ["create" as const] : [],
      ...isWritten ? ["patch" as const] : [],
    ];
  }

  const asked = rows.flatMap(({ asks }) => asks).map((kind) => right(kind, ["create"]));
  const everywhere = kinds.filter((kind: Kind) => !kind.namespaces).flatMap((kind: Kind) => [
    right(kind, [...READ, ...isLocal(kind) ? [] : writes(kind)]),
    ...kind.ours && kind.statusSubresource && isHandled(kind) ? [right(kind, ["patch"], "/status")] : [],
  ]);
  const here = kinds.filter(isLocal).map((kind: Kind) =>
    right(kind, [...kind.namespaces ? READ : [], ...writes(kind)])
  );
  return {
    cluster: merged([...everywhere, ...asked, right(EVENTS, ["create", "patch"])]),
    own: [
      ...merged(here),
      right(LEASES, ["create"]),
      { ...right(LEASES, ["get", "patch"]), resourceNames: [OPERATOR] },
    ],
  };
}

const isSame = (a: Kind, b: Kind): boolean => a.kind === b.kind;

function right({ apiVersion, plural }: Resource, verbs: readonly Verb[], subresource = ""): Rule {
  const slash = apiVersion.indexOf("/");
  return {
    apiGroups: [slash < 0 ? "" : apiVersion.slice(0, slash)],
    resources: [plural + subresource],
    verbs,
  };
}

/** One rule for all resources of one group that need the same verbs. */
function merged(rules: readonly Rule[]): readonly Rule[] {
  const ordered = rules.map((rule) => ({
    ...rule,
    verbs: VERBS.filter((verb) => rule.verbs.includes(verb)),
  }));
  const groups = Map.groupBy(ordered, ({ apiGroups, verbs }) => `${apiGroups} ${verbs}`);
  return [...groups.values()].map((same) => ({
    ...same[0]!,
    resources: same.flatMap(({ resources }) => resources).sort(),
  }));
}
