/** DELETE, of one object and of many. */
import type { Delete, Json } from "../../kube/api.ts";
import type { Served } from "../kinds/served.ts";
import { equal } from "../schema/equal.ts";
import { conflict, forbidden, MODIFIED } from "../refusal.ts";
import type { Entry } from "../store.ts";
import { type Answered, entryOf, type Target } from "./context.ts";

type Options = Pick<Delete, "uid" | "resourceVersion" | "gracePeriodSeconds" | "propagationPolicy">;

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";
const IMMORTAL: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public"]);

/** Marks an object with finalizers, or one that needs time; removes any other at once. */
export function remove(target: Target, options: Options): Answered {
  const { core, kind, key } = target;
  const entry = entryOf(target);
  const live = entry.object;
  checkPreconditions(kind, live.metadata, options);
  if (kind.kind === "Namespace" && IMMORTAL.has(live.metadata.name)) {
    throw forbidden(kind, live.metadata.name, { why: "this namespace may not be deleted" });
  }
  const isGoing = live.metadata.deletionTimestamp !== undefined;
  const wanted = graceOf(kind, live, options);
  const { managers } = entry;
  if (wanted === "pending" || isGoing && kind.behaviour.isHeld?.(live)) {
    return { status: 200, body: live, managers };
  }

  const finalizers = withPolicy(live.metadata.finalizers ?? [], options.propagationPolicy);
  const isHeld = finalizers.length > 0 || (kind.behaviour.isHeld?.(live) ?? false);
  if (wanted === undefined && !isHeld) {
    // The real one compares with the version of an object that it has not read, if finalizers are dropped on the way.
    if (live.metadata.finalizers?.length && options.resourceVersion) {
      throw conflict(kind, live.metadata.name, MODIFIED);
    }
    return removed(target, entry);
  }
  const { finalizers: _, ...unheld } = live.metadata;
  const metadata = {
    ...unheld,
    ...(finalizers.length > 0 ? { finalizers } : {}),
    deletionTimestamp: deadline(target, live.metadata, wanted ?? 0),
    ...(kind.behaviour.isHeld ? {} : { deletionGracePeriodSeconds: wanted ?? 0 }),
  };
  if (!isGoing && metadata.generation !== undefined) metadata.generation++;
  const isSame = finalizers === live.metadata.finalizers || equal(finalizers, live.metadata.finalizers ?? []);
  if (isGoing && wanted === undefined && isSame && !entry.isUntidy) {
    return { status: 200, body: live, managers };
  }
  const marked: Json = { ...live, metadata };
  const object = (isGoing ? undefined : kind.behaviour.onDelete?.(marked)) ?? marked;
  const stored = core.store.put(kind, key, { object, managers });
  if (isHeld || (wanted ?? 0) > 0) return { status: 200, body: stored, managers };
  return removed(target, { object: stored, managers });
}

function removed({ core, kind, key }: Target, entry: Entry): Answered {
  const last = core.store.remove(kind, key, entry);
  if (kind.behaviour.returnsDeleted) return { status: 200, body: last, managers: entry.managers };
  const { name, uid } = last.metadata;
  return {
    status: 200,
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name, ...(kind.group ? { group: kind.group } : {}), kind: kind.plural, uid },
    },
  };
}

function checkPreconditions(kind: Served, live: Json, { uid, resourceVersion }: Options): void {
  const about = { ...kind, plural: kind.kind };
  if (uid !== undefined && uid !== live.uid) {
    throw conflict(
      about,
      live.name,
      `the UID in the precondition (${uid}) does not match the UID in record (${live.uid}). The object might have been deleted and then recreated`,
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== live.resourceVersion) {
    throw conflict(
      about,
      live.name,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${live.resourceVersion}). The object might have been modified`,
    );
  }
}

/** Seconds to wait; `undefined`: this kind knows no grace; `pending`: it is under way, and nothing gets shorter. */
function graceOf(kind: Served, live: Json, { gracePeriodSeconds }: Options): number | undefined | "pending" {
  const { grace } = kind.behaviour;
  if (!grace) return undefined;
  const { deletionTimestamp, deletionGracePeriodSeconds: given } = live.metadata;
  if (deletionTimestamp === undefined) return grace(live, gracePeriodSeconds);
  if (!given) return undefined;
  return gracePeriodSeconds !== undefined && gracePeriodSeconds < given
    ? Math.max(gracePeriodSeconds, 0)
    : "pending";
}

function deadline({ core }: Target, live: Json, seconds: number): string {
  const now = Date.parse(core.store.environment.now());
  if (live.deletionTimestamp === undefined) return iso(now + 1000 * seconds);
  const shorter = Date.parse(live.deletionTimestamp) +
    1000 * (seconds - (live.deletionGracePeriodSeconds ?? 0));
  return live.deletionGracePeriodSeconds ? iso(Math.max(shorter, now)) : live.deletionTimestamp;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function withPolicy(finalizers: readonly string[], policy: Options["propagationPolicy"]): readonly string[] {
  if (policy === undefined) return finalizers;
  const rest = finalizers.filter((each) => each !== FOREGROUND && each !== ORPHAN);
  if (policy === "Background") return rest;
  return [...rest, policy === "Foreground" ? FOREGROUND : ORPHAN];
}
