/** What users of Kube-OVN reported about addresses, by the number of the issue. */
import { choice } from "./issues/choice.ts";
import { conflicts } from "./issues/conflicts.ts";
import { deletions } from "./issues/deletions.ts";
import { identity } from "./issues/identity.ts";
import { leaks } from "./issues/leaks.ts";
import type { Scenario } from "./scenario.ts";

export const issues: readonly Scenario[] = [...leaks, ...conflicts, ...identity, ...deletions, ...choice];
