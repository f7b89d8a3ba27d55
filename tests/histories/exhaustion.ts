/**
 * A crash before, during and after every kind of write that every handler makes: not at random, but each of them.
 *
 * A boundary is a write in some history; its history is repeated up to there, the process ends, and everything comes to rest.
 */
import type { Action } from "./action.ts";
import { replay, type Result } from "./history.ts";
import { isWrite } from "./request.ts";
import { operatorIn } from "./setups.ts";
import { World } from "./world.ts";

export interface Boundary {
  /** `Pod: create AddressClaim`: whose handler makes which write. */
  readonly pair: string;
  /** Where in the history. */
  readonly index: number;
  /** Which replica. */
  readonly at: number;
}

/** The writes of a history, in order. */
export function* boundaries({ setting, actions }: Result): Iterable<Boundary> {
  const world = new World({ setting, composition: operatorIn(setting.setup) });
  for (const [index, action] of actions.entries()) {
    if (action.do === "send") {
      const { at, item, which } = action;
      const waiting = world.replicas[at]?.process(item)?.unsent ?? [], slot = waiting[which % waiting.length];
      if (slot && isWrite(slot.request)) yield { pair: pairOf(item, slot.request), index, at };
    }
    world.perform(action);
  }
}

function pairOf(
  item: string,
  request: { verb: string; resource: { kind: string }; subresource?: string },
): string {
  const { verb, resource: { kind }, subresource } = request;
  return `${item.split(" ", 1)[0]}: ${verb} ${kind}${subresource ? `/${subresource}` : ""}`;
}

/** Before the write reaches the API server; while it is on the way, and lands later; after it was made and before anybody knows. */
export const MOMENTS = ["before", "during", "after"] as const;

/** The history up to that boundary, and the crash. */
export function crashAt(
  { setting, actions }: Result,
  { index, at }: Boundary,
  moment: (typeof MOMENTS)[number],
): Result {
  const send = actions[index]!, before = actions.slice(0, index), ALL = 2 ** 31 - 1;
  const crash = (keep: number): Action => ({ do: "crash", at, keep });
  const end: readonly Action[] = moment === "after"
    ? [{ ...send, fate: "done" } as Action, crash(0)]
    : [crash(moment === "during" ? ALL : 0)];
  return replay(setting, [...before, ...end]);
}
