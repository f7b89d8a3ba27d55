/** Verdicts → Events. Handlers know no events; one is due when a verdict's status, reason or error word changes. */
import { type Condition, hasStatus, type Kind, type Obj } from "./kind.ts";
import type { Plan, Verdict } from "./plan.ts";
import { verdictsOf } from "./report.ts";
import type { Write } from "./write.ts";

export interface Announcement {
  readonly kind: Kind;
  readonly object: Obj;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** `AddressConflict` of "AddressConflict: 10.0.0.5 is held by …". */
const wordOf = (message: string): string => message.slice(0, Math.max(0, message.indexOf(":")));

/** What was last said about each object whose kind has no conditions, so that nothing is said twice. */
export class Announcer {
  #said = new Map<string, string>();

  /** Events that are due before anything is written: what is wrong, and what changed in the conditions. */
  before(
    kind: Kind,
    object: Obj,
    { plan, writes }: { plan: Plan; writes: readonly Write[] },
  ): readonly Announcement[] {
    const report = writes.find((w) => w.phase === "report");
    if (report) return changes(kind, object, report.changed);
    if (hasStatus(kind) || (plan.verdict === "wait" && plan.quiet)) return [];
    const bad = Object.values(verdictsOf(plan)).filter((v) => v.status === "False");
    const now = bad.map((v) => `${v.reason} ${wordOf(v.message)}`).join("\n");
    const { uid } = object.metadata;
    if ((this.#said.get(uid) ?? "") === now) return [];
    if (now === "") this.#said.delete(uid);
    else this.#said.set(uid, now);
    return bad.map((v) => warning(kind, object, v));
  }

  /** Events that are due once the writes are through: what an object that is not ours was told. */
  after(
    kind: Kind,
    object: Obj,
    { plan, writes }: { plan: Plan; writes: readonly Write[] },
  ): readonly Announcement[] {
    if (hasStatus(kind) || plan.verdict === "wait" || !writes.some((w) => w.phase === "annotate")) {
      return [];
    }
    // What is still wrong is to be the last word: it is said again.
    this.#said.delete(object.metadata.uid);
    return Object.values(plan.conditions).filter((v) => v.status === "True")
      .map(({ reason, message }) => ({ kind, object, type: "Normal", reason, message }));
  }

  forget(uid: string): void {
    this.#said.delete(uid);
  }
}

/** `Error` repeats what `Ready` says; everything else is worth a line of its own. */
function changes(kind: Kind, object: Obj, changed: readonly Condition[]): Announcement[] {
  const seen = new Set<string>();
  return changed.filter((c) => c.type !== "Error" && !seen.has(c.reason) && seen.add(c.reason))
    .map((c) =>
      c.status === "False"
        ? warning(kind, object, c)
        : { kind, object, type: "Normal", reason: c.reason, message: c.message }
    );
}

const warning = (kind: Kind, object: Obj, { reason, message }: Verdict): Announcement => ({
  kind,
  object,
  type: "Warning",
  reason,
  message,
});
