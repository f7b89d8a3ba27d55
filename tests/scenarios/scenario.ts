/** What a scenario is: one sentence about addresses, and how to see on a cluster whether it is true. */
import type { Stage } from "./stage.ts";

export interface Scenario {
  /** `F0.1` of the founding failures, `#4304` of the issues of Kube-OVN's users. */
  readonly id: string;
  readonly sentence: string;
  /** Rests on a decision of our own: another controller may answer otherwise and not be wrong. */
  readonly ours?: boolean;
  /** Stops the controller, which somebody else's cannot be; runs when those that do not are through. */
  readonly stops?: boolean;
  /** Takes something away that all others need: plays by itself at the very end. */
  readonly alone?: boolean;
  /** Kinds that a cluster may not serve; it is passed over there. */
  readonly needs?: readonly string[];
  /** Why it cannot be played yet. */
  readonly notYet?: string;
  /** @throws Error that says what was seen instead. */
  readonly play: (stage: Stage) => Promise<void>;
}

export type Traits = Omit<Scenario, "id" | "sentence" | "play">;

/** `scenario("F0.1", "a pod of a StatefulSet that is deleted comes back with its address", async (stage) => { … })` */
export function scenario(
  id: string,
  sentence: string,
  play: (stage: Stage) => Promise<void>,
  traits: Traits = {},
): Scenario {
  return { id, sentence, play, ...traits };
}
