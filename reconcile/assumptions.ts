/** Acquired early: what is about to be created counts as existing. */
import { body } from "./apply/steps.ts";
import type { Kind, Obj } from "./kind.ts";
import type { Entry } from "./plan.ts";
import type { Write } from "./write.ts";

/** What is about to be created counts as there from the moment of the decision. */
export function assumptions(writes: readonly Write[]): (readonly [Kind, Obj])[] {
  const entries = writes.flatMap((w): readonly Entry[] =>
    w.phase === "claim"
      ? [w.entry]
      : w.phase === "hold" && !w.hold.met
      ? [w.hold.record, ...w.hold.claims]
      : []
  );
  return entries.map(([kind, intent]) => {
    const object = body(kind, intent, { uid: "", resourceVersion: "" }) as unknown as Obj;
    return [kind, kind.trim ? kind.trim(object) : object];
  });
}
