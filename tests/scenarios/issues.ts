import type { Scenario } from "./scenario.ts";
export const issues: readonly Scenario[] = [];
