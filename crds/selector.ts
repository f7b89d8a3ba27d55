/** A label selector as Kube-OVN's kinds carry it: nothing is required and any operator is stored, so readers must be total. */
import { type Infer, list, map, open, string } from "./schema.ts";

export const labelSelector = open({
  matchLabels: map(string()),
  matchExpressions: list(open({ key: string(), operator: string(), values: list(string()) })),
});

export type LabelSelector = Infer<typeof labelSelector>;
