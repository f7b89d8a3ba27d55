/**
 * What a Subnet says of itself, in Kube-OVN's words.
 *
 * |                        | Ready   | Validated | Error | reason                                            |
 * |------------------------|---------|-----------|-------|---------------------------------------------------|
 * | usable                 | True    | True      | False | one of the three successes, by provider           |
 * | namespaces not yet told| Unknown | True      | False | NamespacesPending                                 |
 * | cannot be served       | False   | False     | True  | ValidateLogicalSwitchFailed                       |
 * | no Vpc to stand on     | False   | True      | True  | VpcNotFound, VpcDeleting                          |
 * | being deleted          | False   | as it was | as it was | SubnetDeleting; the framework adds Deletable  |
 */
import { SubnetReason } from "../../crds/reasons.ts";
import type { Namespace } from "../../crds/foreign.ts";
import { isOvn } from "../../crds/relations.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import { no, type Verdict, yes } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { bindingsOf, refusedBy, servedBy } from "../namespace/bindings.ts";
import { carries, namespaceAnnotations } from "../namespace/annotations.ts";
import { apiServerInside } from "../node/addresses.ts";
import { poolsBoundTo } from "../pool/bindings.ts";
import { isSettled } from "./settled.ts";
import type { Unusable } from "./usable.ts";

type Verdicts = Readonly<Record<string, Verdict>>;

const VALIDATED = yes(SubnetReason.ValidateLogicalSwitchSuccess);
const NO_ERROR = no("NoError");

/** Of a Subnet that nothing stands in the way of. */
export function inOrder(subnet: Subnet, view: View): Verdicts {
  return { Ready: ready(subnet, view), Validated: VALIDATED, Error: NO_ERROR };
}

/** Beside `Ready`, which every wait says. */
export function inTrouble({ reason, message, invalid, passing }: Unusable): Verdicts {
  return {
    Validated: invalid ? no(reason, message) : VALIDATED,
    Error: passing ? NO_ERROR : yes(reason, message),
  };
}

function ready(subnet: Subnet, view: View): Verdict {
  const pending = isSettled(subnet) ? [] : untold(subnet, view);
  if (pending.length > 0) {
    const message = `${named(pending)} must be told first`;
    return { status: "Unknown", reason: "NamespacesPending", message };
  }
  return yes(successOf(subnet), caveat(subnet, view));
}

/** What its author may not expect of one that is Ready. */
function caveat(subnet: Subnet, view: View): string {
  if (!subnet.spec.cidrBlock) return "it has no cidrBlock and gives out MAC addresses alone";
  const apiServer = apiServerInside(subnet, view), refused = refusedBy(subnet, view);
  if (apiServer) {
    return `spec.cidrBlock: ${apiServer} in it is the address of the API server, and is not drawn`;
  }
  return refused.length > 0 ? `${named(refused)} not bound: Vpc ${subnet.spec.vpc} does not list them` : "";
}

function successOf({ spec }: Subnet): SubnetReason {
  if (!isOvn(spec.provider)) return SubnetReason.SetNonOvnSubnetSuccess;
  return spec.private
    ? SubnetReason.SetPrivateLogicalSwitchSuccess
    : SubnetReason.ResetLogicalSwitchAclSuccess;
}

/** Scripts read a namespace right after its Subnet turned Ready. */
function untold(subnet: Subnet, view: View): readonly string[] {
  const wanted = (ns: Namespace) => namespaceAnnotations(bindingsOf(ns, view), poolsBoundTo(keyOf(ns), view));
  return servedBy(subnet, view).filter((ns) => !isDeleting(ns) && !carries(ns, wanted(ns))).map(keyOf);
}

const LISTED = 5;

function named(namespaces: readonly string[]): string {
  const more = namespaces.length - LISTED;
  const listed = namespaces.toSorted().slice(0, LISTED).join(", ");
  return `namespaces ${listed}${more > 0 ? ` and ${more} more` : ""}`;
}
