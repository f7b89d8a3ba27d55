/** Everything that is fixed about this operator, in one value. */
import type { Rules } from "../reconcile/rules.ts";
import { isOutput, KEPT, MARK, OWNER_UID, USED, WITHDRAWN } from "./annotations.ts";
import { FINALIZER, OLD_FINALIZER } from "./labels.ts";
import { relations } from "./relations.ts";

export const rules: Rules = {
  operator: "cadastre",
  finalizer: FINALIZER,
  formerFinalizers: [OLD_FINALIZER],
  relations,
  register: { ownerUid: OWNER_UID, mark: MARK, kept: KEPT, withdrawn: WITHDRAWN, used: USED },
  mayAnnotate: isOutput,
};
