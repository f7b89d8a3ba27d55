/** What watches have recorded of a real API server, told as the simulation tells its own commits: so the same invariants judge both. */
import { compareVersions, type Key, type Kind, type Obj, type Of } from "../../reconcile/kind.ts";
import type { Commit as Seen } from "../e2e/journal.ts";
import { type Commit, type Records, type Write, type Writer } from "../histories/cluster.ts";
import { Facts, shownBy } from "../histories/facts.ts";
import { invariants } from "../histories/invariants/mod.ts";

/** Nothing is known of what a replica intended: only what was written. */
const UNKNOWN = { replicas: [], said: [] };
const OPERATOR = 0;

export interface Verdict {
  /** What was wrong after some commit, once each, with the version of the commit that made it so. */
  readonly always: readonly string[];
  /** What is wrong if nothing more is going to happen. */
  readonly atRest: readonly string[];
}

export function judge(commits: readonly Seen[]): Verdict {
  const records = new Recorded(), facts = new Facts({ cluster: records, ...UNKNOWN });
  const wrong = new Map<string, string>();
  for (const seen of commits.toSorted((a, b) => compareVersions(a.version, b.version))) {
    const write = records.note(seen);
    if (!write) continue;
    facts.note(write);
    for (const { id, afterWrite } of invariants) {
      const what = afterWrite?.(write, facts), line = `${id}: ${what}`;
      if (what && !wrong.has(line)) wrong.set(line, seen.version);
    }
  }
  const rest = invariants.filter(({ id }) => AT_REST.has(id)).flatMap(({ id, atRest }) => {
    const what = atRest?.(facts);
    return what ? [`${id} at rest: ${what}`] : [];
  });
  return { always: [...wrong].map(([what, version]) => `${what}, since ${version}`), atRest: rest };
}

/** Those that need nothing but the store. L1 needs what a replica plans. */
const AT_REST: ReadonlySet<string> = new Set(["S2", "L2", "L3", "L4", "L7", "L14"]);

/** Has nothing to judge: users of a soak write nothing that others must not see. */
const IDLE = "S24";

/** The invariants that a recorded watch can decide. */
export const decided: readonly string[] = [
  ...new Set(
    invariants.filter(({ id, afterWrite, atRest }) =>
      (afterWrite && id !== IDLE) || (atRest && AT_REST.has(id))
    )
      .map(({ id }) => id),
  ),
];

class Recorded implements Records {
  readonly #objects = new Map<string, Map<Key, Obj>>();
  readonly #logs = new Map<string, Commit[]>();

  get<K extends Kind>(kind: K, key: Key): Of<K> | undefined {
    return this.#of(kind).get(key) as Of<K> | undefined;
  }

  all<K extends Kind>(kind: K): Iterable<Of<K>> {
    return this.#of(kind).values() as Iterable<Of<K>>;
  }

  logOf(kind: Kind): readonly Commit[] {
    return this.#logs.get(kind.kind) ?? [];
  }

  /** `undefined` for what is known already. */
  note({ kind, key, version, object }: Seen): Write | undefined {
    const objects = this.#of(kind), previous = objects.get(key), now = object ?? previous;
    if (!now) return undefined;
    if (object) objects.set(key, object);
    else objects.delete(key);
    const type = !object ? "DELETED" : previous?.metadata.uid === object.metadata.uid ? "MODIFIED" : "ADDED";
    const commit = {
      rv: Number(version),
      type,
      kind,
      key,
      object: now,
      managers: [],
      ...(previous ? { previous } : {}),
    };
    const log = this.#logs.get(kind.kind) ?? [];
    this.#logs.set(kind.kind, log);
    log.push(commit as unknown as Commit);
    return { ...commit, ...authorOf({ kind, type, now, previous }) } as unknown as Write;
  }

  #of(kind: Pick<Kind, "kind">): Map<Key, Obj> {
    return this.#objects.get(kind.kind) ?? this.#objects.set(kind.kind, new Map()).get(kind.kind)!;
  }
}

interface Step {
  readonly kind: Kind;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly now: Obj;
  readonly previous: Obj | undefined;
}

const REGISTER: ReadonlySet<string> = new Set(["IP", "AddressClaim"]);

/**
 * Who must have written it: a watch does not say, but users of a soak write no addresses, no status, no finalizer, and nothing at all
 * into the register but reservations.
 */
function authorOf({ kind, type, now, previous }: Step): { by: Writer; request: Write["request"] } {
  const tells =
    `${JSON.stringify(shownBy(kind, now))}` !== (previous ? JSON.stringify(shownBy(kind, previous)) : "[]");
  if (tells && type === "MODIFIED") {
    return { by: OPERATOR, request: { verb: "apply", resource: kind, body: now, manager: "", force: true } };
  }
  const unknown = { request: undefined };
  if (REGISTER.has(kind.kind)) {
    if (type === "MODIFIED" && kind.kind === "AddressClaim") return { by: "kubernetes", ...unknown };
    return { by: type === "DELETED" || isByOperator(now) ? OPERATOR : "user", ...unknown };
  }
  if (type === "ADDED") {
    return { by: isByOperator(now) && !isGatewaysOwn(now) ? OPERATOR : "user", ...unknown };
  }
  const text = ({ status, metadata: { finalizers } }: Obj) => JSON.stringify([status, finalizers]);
  const isKept = now.apiVersion?.startsWith("kubeovn.io/") ?? false;
  const isOurs = type === "MODIFIED" && isKept && previous !== undefined && text(previous) !== text(now);
  return { by: isOurs ? OPERATOR : "kubernetes", ...unknown };
}

/** What runs a gateway, which the operator creates too. */
const isGatewaysOwn = ({ metadata }: Obj): boolean => metadata.name.startsWith("vpc-nat-gw-");

/** Whether the first that wrote it was the operator. */
function isByOperator({ metadata }: Obj): boolean {
  const managers = (metadata as { managedFields?: readonly { manager?: string }[] }).managedFields ?? [];
  return managers.some(({ manager }) => manager?.startsWith("cadastre"));
}
