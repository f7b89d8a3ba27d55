import type { Scenario } from "./scenario.ts";
export const f4: readonly Scenario[] = [];
