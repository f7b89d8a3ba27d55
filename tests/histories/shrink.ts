/**
 * Makes a history that breaks an invariant as short as it still breaks the same one.
 *
 * @see Zeller & Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002
 */
import type { Action } from "./action.ts";
import { replay, type Result } from "./history.ts";
import type { Composition } from "./replica.ts";
import type { Setting } from "./world.ts";

export interface ShrinkOptions {
  /** How many histories may be run for it. @default 3000 */
  readonly tries?: number;
  readonly composition?: Composition | undefined;
}

/** First with fewer users, then fewer faults, then one replica, then without anything else that is not needed. */
export function shrink(failed: Result, { tries = 3000, composition }: ShrinkOptions = {}): Result {
  let best = failed, left = tries;
  const accept = (setting: Setting, actions: readonly Action[]): boolean => {
    if (left-- <= 0) return false;
    const result = replay(setting, actions, { composition });
    if (result.violation?.id !== failed.violation?.id) return false;
    best = result;
    return true;
  };
  for (let before = Infinity; best.actions.length < before && left > 0;) {
    before = best.actions.length;
    for (const may of [isUser, isFault, () => true]) {
      leaveOut(best.actions, may, (actions) => accept(best.setting, actions));
      const alone = best.setting.replicas > 1 ? onlyOne(best) : [];
      alone.some(({ setting, actions }) => accept(setting, actions));
    }
  }
  return best;
}

/** Leaves out ever smaller parts of what may go, as long as the rest is accepted. */
function leaveOut(
  actions: readonly Action[],
  may: (action: Action) => boolean,
  accept: (rest: readonly Action[]) => boolean,
): void {
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < actions.length;) {
      const kept = actions.slice(start, start + size).filter((action) => !may(action));
      const rest = [...actions.slice(0, start), ...kept, ...actions.slice(start + size)];
      if (rest.length < actions.length && accept(rest)) {
        actions = rest;
        start += kept.length;
      } else start += size;
    }
  }
}

/** The same with one of two replicas. */
function onlyOne({ setting, actions }: Result): { setting: Setting; actions: readonly Action[] }[] {
  return [0, 1].map((gone) => ({
    setting: { ...setting, replicas: 1, leaders: 1 },
    actions: actions.flatMap((action): readonly Action[] => {
      if (!("at" in action)) return [action];
      return action.at === gone ? [] : [{ ...action, at: 0 }];
    }),
  }));
}

const FAULTS: ReadonlySet<Action["do"]> = new Set(["repeat", "gap", "crash", "lead", "land", "tick"]);

const isUser = (action: Action): boolean => action.do === "user";
const isFault = (action: Action): boolean =>
  FAULTS.has(action.do) || (action.do === "send" && action.fate !== "done");
