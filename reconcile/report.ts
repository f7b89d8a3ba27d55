/** Plan → conditions and status, compared with what the object shows. Pure; times are stamped by the applier. */
import { contains } from "./contains.ts";
import { type Condition, hasStatus, type Kind, type Obj } from "./kind.ts";
import { no, type Plan, type Verdict } from "./plan.ts";
import type { Write } from "./write.ts";

type Report = Extract<Write, { phase: "report" }>;

interface Shown {
  readonly conditions?: readonly Condition[];
  readonly [field: string]: unknown;
}

export interface ReportOptions {
  /** Conditions of the framework's own, such as `Deletable`. */
  readonly extra: Readonly<Record<string, Verdict>>;
  /** Whether counters are due; when they are not, only a changed condition or status is worth a write. */
  readonly countersDue: boolean;
}

/** The status to be written, or undefined where the object shows it already, or its kind has none. */
export function report(
  kind: Kind,
  object: Obj,
  plan: Plan,
  { extra, countersDue }: ReportOptions,
): Report | undefined {
  if (!hasStatus(kind)) return undefined;
  const shown = (object.status ?? {}) as Shown;
  const { conditions: live = [], ...fields } = shown;
  const quiet = plan.verdict === "wait" && plan.quiet;
  const verdicts = { ...(quiet ? {} : verdictsOf(plan)), ...extra };
  const conditions = Object.entries(verdicts).map(([type, verdict]): Condition => ({
    type,
    ...verdict,
    // Where status is part of the object, writing it makes a new generation.
    ...(kind.inlineStatus ? {} : { observedGeneration: object.metadata.generation ?? 0 }),
  }));
  // A wait keeps what was said before; an apply that left it out would take it away.
  const kept = plan.verdict === "wait"
    ? live.filter((c) => !Object.hasOwn(verdicts, c.type) && c.type !== DELETABLE)
    : [];
  const wanted = [...kept, ...conditions];
  const own = plan.verdict === "wait" ? { ...fields, ...plan.status } : plan.status;
  const settled = wanted.length === live.length &&
    conditions.every((c) => live.some((l) => contains(l, c))) &&
    contains(fields, own);
  if (settled && !countersDue) return undefined;
  const counters = plan.counters?.() ?? {};
  if (settled && contains(fields, counters)) return undefined;
  return {
    phase: "report",
    kind,
    object,
    conditions: wanted,
    status: { ...own, ...counters },
    changed: conditions.filter((c) =>
      !live.some((l) => l.type === c.type && l.status === c.status && l.reason === c.reason)
    ),
  };
}

export const DELETABLE = "Deletable";

/** What a plan says about its subject, by condition type. */
export function verdictsOf(plan: Plan): Readonly<Record<string, Verdict>> {
  const verdicts = plan.verdict === "desired"
    ? plan.conditions
    : { Ready: no(plan.reason, plan.message), ...plan.conditions };
  const isLong = Object.values(verdicts).some(({ message }) => message.length > LONGEST_MESSAGE);
  return isLong
    ? Object.fromEntries(Object.entries(verdicts).map(([type, verdict]) => [type, shortened(verdict)]))
    : verdicts;
}

/** Messages are for people, and may quote what users wrote: nobody gets a condition of 100 kB. */
const LONGEST_MESSAGE = 4096;

function shortened(verdict: Verdict): Verdict {
  const { message } = verdict;
  if (message.length <= LONGEST_MESSAGE) return verdict;
  return { ...verdict, message: `${message.slice(0, LONGEST_MESSAGE - 1)}…` };
}

/** The conditions with their times: a transition is stamped, anything else keeps the time that the object shows. */
export function stamp(object: Obj, conditions: readonly Condition[], now: string): readonly Condition[] {
  const live = (object.status as Shown | undefined)?.conditions ?? [];
  return conditions.map((condition) => {
    const before = live.find((c) => c.type === condition.type);
    const same = before?.status === condition.status;
    const unchanged = before !== undefined && contains(before, condition);
    return {
      ...condition,
      lastUpdateTime: unchanged && before.lastUpdateTime ? before.lastUpdateTime : now,
      lastTransitionTime: same && before?.lastTransitionTime ? before.lastTransitionTime : now,
    };
  });
}
