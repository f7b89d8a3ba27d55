/**
 * Facts about an API server that the operator rests on: the sandbox and the real one have to agree on each.
 *
 * Both must have our CustomResourceDefinitions.
 */
import { asking } from "./cases/access.ts";
import { applying } from "./cases/apply.ts";
import { creating } from "./cases/create.ts";
import { deleting } from "./cases/delete.ts";
import { ending, watching } from "./cases/lifecycle.ts";
import { updating } from "./cases/update.ts";
import type { Case } from "./world.ts";

export const cases: readonly Case[] = [
  ...creating,
  ...applying,
  ...updating,
  ...deleting,
  ...ending,
  ...watching,
  ...asking,
];
