/** What is kept of a history that broke an invariant: enough to repeat it, and to tell people what happened. */
import type { Action } from "./action.ts";
import { type Options, replay, type Result } from "./history.ts";
import { named } from "./request.ts";
import type { Setting } from "./world.ts";

/** Content of a `failures/<seed>.json`, and of the permanent regressions. */
export interface Failure {
  /** The invariant that was broken. */
  readonly invariant: string;
  readonly what: string;
  readonly setting: Setting;
  readonly actions: readonly Action[];
}

export function failureOf({ violation, setting, actions }: Result): Failure {
  return { invariant: violation!.id, what: violation!.what, setting, actions };
}

export function repeat({ setting, actions }: Failure, options: Options = {}): Result {
  return replay(setting, actions, options);
}

const LINES = 60;

/** The invariant, the write that broke it, and what happened right before. */
export function account(failure: Failure, options: Options = {}): string {
  const lines: string[] = [];
  const { violation } = repeat(failure, { ...options, trace: (line) => lines.push(line) });
  const { seed, setup, replicas, leaders } = failure.setting;
  return [
    `${failure.invariant} is broken: ${failure.what}`,
    `seed ${seed} (${setup}), ${replicas} replicas of which ${leaders} lead, ${failure.actions.length} actions`,
    ...difference(violation?.write),
    `the last ${Math.min(LINES, lines.length)} of ${lines.length} lines:`,
    ...lines.slice(-LINES).map((line) => `  ${line}`),
  ].join("\n");
}

/** What the write that broke it changed, field by field. */
function difference(write: NonNullable<Result["violation"]>["write"]): string[] {
  if (!write) return [];
  const { type, kind, key, by, object, previous, request } = write;
  const before = leaves(type === "DELETED" ? object : previous),
    after = leaves(type === "DELETED" ? undefined : object);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((path) =>
    before.get(path) !== after.get(path)
  );
  const by_ = typeof by === "number" ? `replica-${by}` : by;
  return [
    `by the write ${type} ${kind.kind} ${key} of ${by_}${request ? `, ${named(request)}` : ""}:`,
    ...changed.flatMap((path) => [
      ...(before.has(path) ? [`  - ${path}: ${before.get(path)}`] : []),
      ...(after.has(path) ? [`  + ${path}: ${after.get(path)}`] : []),
    ]),
  ];
}

function leaves(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      leaves(inner, path === "" ? key : `${path}.${key}`, into);
    }
  } else if (value !== undefined) into.set(path, String(value));
  return into;
}
