/** The operator as it is shipped, on networks small enough for a simulation. */
import { seeds, tables } from "../../controllers/mod.ts";
import { NetworkAttachmentDefinition } from "../../crds/foreign.ts";
import { kinds } from "../../crds/mod.ts";
import { projections } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Composition } from "./replica.ts";

/** Of what a cluster may not serve, networks are served everywhere here, and these kinds as well. */
export const kindsWith = (...served: readonly Kind[]): readonly Kind[] =>
  kinds.filter((kind) => !kind.optional || [NetworkAttachmentDefinition, ...served].includes(kind));

export const composition: Composition = {
  rules,
  kinds: kindsWith(),
  tables,
  projections,
  seeds: seeds({ defaultCidr: "10.16.0.0/29", joinCidr: "100.64.0.0/29" }),
};
