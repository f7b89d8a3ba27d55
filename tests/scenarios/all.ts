/** Every scenario, in the order in which they are shown. */
import { f0 } from "./f0.ts";
import { f1 } from "./f1.ts";
import { f2 } from "./f2.ts";
import { f3 } from "./f3.ts";
import { f4 } from "./f4.ts";
import { issues } from "./issues.ts";
import type { Scenario } from "./scenario.ts";

export const all: readonly Scenario[] = [...f0, ...f1, ...f2, ...f3, ...f4, ...issues];

/** Those of an id or of a whole group: `F0`, `F0.3`, `#4304`; every one when nothing is said. @throws Error for what none has */
export function chosen(filters: readonly string[]): readonly Scenario[] {
  for (const filter of filters) {
    if (!all.some(({ id }) => matches(id, filter))) throw new Error(`There is no scenario ${filter}.`);
  }
  return filters.length === 0 ? all : all.filter(({ id }) => filters.some((filter) => matches(id, filter)));
}

const matches = (id: string, filter: string): boolean =>
  id.toLowerCase() === filter.toLowerCase() || id.toLowerCase().startsWith(`${filter.toLowerCase()}.`);
