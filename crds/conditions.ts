/** `status.conditions`, the same on every kind. */
import type { Condition } from "../reconcile/kind.ts";
import { integer, listMap, open, type Schema, string } from "./schema.ts";

/** Merged by type, so that several writers can each own their own condition. */
export const conditions: Schema<readonly Condition[]> = listMap(
  "type",
  open({
    type: string().required(),
    status: string().required(),
    reason: string(),
    message: string(),
    observedGeneration: integer(),
    lastUpdateTime: string(),
    lastTransitionTime: string(),
  }),
) as Schema<readonly Condition[]>; // reason and message are ours to write; Kube-OVN's schema lets them be absent
