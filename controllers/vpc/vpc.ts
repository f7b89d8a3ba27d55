/** Vpcs: which Subnets they have. That one stays while it has any is the framework's work. */
import { DEFAULT_VPC } from "../../crds/defaults.ts";
import { vpcsOf } from "../../crds/projections.ts";
import { isOvn } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, no, type Plan, type Verdict, yes } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { defaultsOf, vpcOfNamespace } from "../namespace/bindings.ts";
import { problemsText } from "../../ipam/problem.ts";
import { routeProblems } from "./routes.ts";

export default controller("vpc", [
  on(Vpc, reconcile), // its Subnets wake it by their relation
  wake(Vpc, Vpc, listingTheSame),
]);

export function reconcile(vpc: Vpc, view: View): Plan {
  const name = keyOf(vpc);
  const subnets = view.referrers(Subnet, Vpc, name).filter((s) => isOvn(s.spec.provider) && !isDeleting(s));
  return desired({
    conditions: { Ready: ready(vpc, view) },
    status: {
      standby: true,
      default: name === DEFAULT_VPC,
      router: name,
      defaultLogicalSwitch: defaultsOf(vpc, view).find((s) => !isDeleting(s))?.metadata.name ?? "",
      subnets: subnets.map(keyOf).sort(),
    },
  });
}

function ready(vpc: Vpc, view: View): Verdict {
  if (isDeleting(vpc)) return no("VpcDeleting", "it is being deleted and takes no new Subnet");
  const taken = takenFrom(vpc, view), routes = routeProblems(vpc);
  if (taken.length > 0) {
    const remedy = "a namespace belongs to one Vpc: take it out of one of the two";
    return no("NamespaceConflict", `spec.namespaces: ${taken.join(", ")}; ${remedy}`);
  }
  return routes.length > 0 ? no("InvalidRoute", problemsText(routes)) : yes("VpcReady");
}

const LISTED = 5;

/** The namespaces that it lists after an older one did. */
function takenFrom(vpc: Vpc, view: View): readonly string[] {
  if (keyOf(vpc) === DEFAULT_VPC) return [];
  return (vpc.spec.namespaces ?? []).flatMap((namespace) => {
    const owner = vpcOfNamespace(namespace, view);
    return owner && keyOf(owner) !== keyOf(vpc) ? [`${namespace} belongs to Vpc ${keyOf(owner)}`] : [];
  }).slice(0, LISTED);
}

function* listingTheSame({ spec }: Vpc, view: View): Iterable<Key> {
  for (const namespace of spec.namespaces ?? []) yield* view.project(vpcsOf, namespace).keys();
}
