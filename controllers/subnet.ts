/** Subnets: completed, checked, held while claimed, counted. An invalid or orphaned one says why and harms nobody else. */
import { Namespace } from "../crds/foreign.ts";
import { ANY, bindings, ledger } from "../crds/projections.ts";
import { SubnetReason } from "../crds/reasons.ts";
import { isOvn } from "../crds/relations.ts";
import { Subnet } from "../crds/subnet.ts";
import type { Layout } from "../ipam/layout.ts";
import { contains } from "../reconcile/contains.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import { desired, no, type Plan, type Trigger, type Verdict, wait, want, yes } from "../reconcile/plan.ts";
import { controller, on, wake } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { allows, isBoundTo } from "./bindings.ts";
import { annotationsOf } from "./namespace.ts";
import { overlapping, rivalOf } from "./overlap.ts";
import { formatSubnet } from "./subnet_format.ts";
import { counters } from "./subnet_statistics.ts";
import { obstacleTo, type Unusable } from "./usable.ts";

export default controller("subnet", [
  on(Subnet, reconcile, { census: true }),
  wake(Subnet, Subnet, (subnet, view) => overlapping(subnet, view).map(keyOf)),
  wake(Subnet, Namespace, (namespace, view) => [
    ...view.project(bindings, namespace.metadata.name).keys(),
    ...view.project(bindings, ANY).keys(),
  ]),
]);

export function reconcile(subnet: Subnet, view: View): Plan {
  const name = keyOf(subnet), self: Trigger = [Subnet, name];
  const count = () => counters(view.project(ledger, name));
  if (isDeleting(subnet)) {
    return wait({ reason: "Deleting", message: "it is being deleted and gives out nothing" }, [self], {
      counters: count,
    });
  }
  const obstacle = obstacleTo(subnet, view);
  if (obstacle) return quarantined(subnet, obstacle, view);
  const formatted = formatSubnet(subnet);
  if (!formatted.ok) throw new Error("a Subnet without a problem cannot be formatted");
  const apply = contains(subnet.spec, formatted.spec)
    ? []
    : [want(Subnet, { metadata: { name }, spec: formatted.spec })];
  const outside = formatted.layout && fallenOut(subnet, formatted.layout, view);
  if (outside) return desired({ apply, counters: count, conditions: failed(outside) });
  const rival = rivalOf(subnet, view);
  if (rival) {
    const message = `waits for Subnet ${keyOf(rival.subnet)}, which overlaps and came later, to give way`;
    return wait({ reason: "Overlap", message }, [self, [Subnet, keyOf(rival.subnet)]], { counters: count });
  }
  const pending = unannotated(subnet, view);
  if (view.established(Subnet, subnet) && pending.length > 0) {
    const message = `waits for namespaces to be told: ${pending.slice(0, 5).join(", ")}`;
    const until = pending.map((ns): Trigger => [Namespace, ns]);
    return wait({ reason: "NamespacesPending", message }, [self, ...until], { counters: count, quiet: true });
  }
  return desired({ apply, counters: count, conditions: ready(subnet, view) });
}

/** Whoever lost its addresses to another Subnet and has given out none lets go; every other one keeps what it has. */
function quarantined(subnet: Subnet, { reason, message, until }: Unusable, view: View): Plan {
  const invalid = reason === SubnetReason.ValidateLogicalSwitchFailed;
  const space = view.project(ledger, keyOf(subnet));
  return wait({ reason, message }, until as [Trigger, ...Trigger[]], {
    conditions: {
      Error: yes(reason, message),
      Validated: invalid ? no(reason, message) : yes(SubnetReason.ValidateLogicalSwitchSuccess),
    },
    counters: () => counters(space),
    guard: rivalOf(subnet, view)?.wins && space.size === 0 ? "drop" : "keep",
  });
}

function failed(message: string): Readonly<Record<string, Verdict>> {
  const reason = SubnetReason.ValidateLogicalSwitchFailed;
  return { Ready: no(reason, message), Validated: no(reason, message), Error: yes(reason, message) };
}

/** Claims that an edited block or gateway leaves without a place: they stay, and are named. */
function fallenOut(subnet: Subnet, layout: Layout, view: View): string | undefined {
  const space = view.project(ledger, keyOf(subnet));
  const gateways = [layout.v4, layout.v6].flatMap((f) =>
    f ? space.claimsIn({ first: f.gateway, last: f.gateway }) : []
  );
  if (gateways[0]) {
    const { address, holder } = gateways[0];
    return `spec.gateway: ${address} is held by ${holder.kind} ${holder.name}; choose another gateway, or release it first`;
  }
  const outside = space.claimsOutside();
  if (outside.length === 0) return undefined;
  const named = outside.slice(0, 10).map(({ address, holder }) =>
    `${address} (${holder.kind} ${holder.name})`
  ).join(", ");
  const more = outside.length > 10 ? ` and ${outside.length - 10} more` : "";
  return `spec.cidrBlock: ${named}${more} would fall out of ${subnet.spec.cidrBlock}; widen it again, or release them first`;
}

/** Bound namespaces that do not carry the annotations yet: clients look right after the Subnet turns ready (BEHAVIOUR §4.15). */
function unannotated(subnet: Subnet, view: View): readonly string[] {
  return boundNamespaces(subnet, view).filter((namespace) => {
    const wanted = allows(subnet, keyOf(namespace), view) && !isDeleting(namespace) &&
      annotationsOf(namespace, view);
    return wanted && !contains(namespace.metadata.annotations ?? {}, wanted);
  }).map(keyOf);
}

function boundNamespaces(subnet: Subnet, view: View): readonly Namespace[] {
  const { namespaces = [], namespaceSelectors } = subnet.spec;
  if (namespaceSelectors?.length) return [...view.list(Namespace)].filter((ns) => isBoundTo(subnet, ns));
  return namespaces.flatMap((name) => view.get(Namespace, name) ?? []);
}

/** @see BEHAVIOUR §1.3 for the reasons that clients of Kube-OVN wait for */
function ready(subnet: Subnet, view: View): Readonly<Record<string, Verdict>> {
  const { provider, private: isPrivate, namespaces = [] } = subnet.spec;
  const reason = !isOvn(provider)
    ? SubnetReason.SetNonOvnSubnetSuccess
    : isPrivate
    ? SubnetReason.SetPrivateLogicalSwitchSuccess
    : SubnetReason.ResetLogicalSwitchAclSuccess;
  const strangers = namespaces.filter((name) => !allows(subnet, name, view));
  const message = strangers.length === 0
    ? ""
    : `not bound to ${strangers.slice(0, 10).join(", ")}: its Vpc does not list them`;
  return { Ready: yes(reason, message), Validated: yes(SubnetReason.ValidateLogicalSwitchSuccess) };
}
