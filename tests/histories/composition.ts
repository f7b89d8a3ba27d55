/** The operator as it is shipped, on networks small enough for a simulation. */
import { seeds, tables } from "../../controllers/mod.ts";
import { NetworkAttachmentDefinition } from "../../crds/foreign.ts";
import { kinds } from "../../crds/mod.ts";
import { projections } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import type { Composition } from "./replica.ts";

export const composition: Composition = {
  rules,
  // Of what a cluster may not serve, only networks are served here.
  kinds: kinds.filter((kind) => !kind.optional || kind === NetworkAttachmentDefinition),
  tables,
  projections,
  seeds: seeds({ defaultCidr: "10.16.0.0/29", joinCidr: "100.64.0.0/29" }),
};
