/** Why a pod is not given addresses from one place, and what would change that. */
import type { Refusal } from "../../ipam/problem.ts";
import type { Trigger } from "../../reconcile/plan.ts";

export interface Refused {
  readonly refusal: Refusal;
  readonly until: readonly Trigger[];
  /** It ends by itself. */
  readonly passing: boolean;
}

export const refused = (refusal: Refusal, until: readonly Trigger[]): Refused => ({
  refusal,
  until,
  passing: false,
});

export const noSubnet = (message: string): Refusal => ({ word: "NoSubnet", message });
