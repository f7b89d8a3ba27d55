/** The spec of a Subnet as it is meant: what was left out is filled in, what was written in another spelling is canonical. */
import { OVN } from "../../crds/annotations.ts";
import { DEFAULT_VPC, JOIN_SUBNET } from "../../crds/defaults.ts";
import { isOvn } from "../../crds/relations.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Layout, parseLayout } from "../../ipam/layout.ts";
import type { Problem } from "../../ipam/problem.ts";
import { contains } from "../../reconcile/contains.ts";
import { type Entry, want } from "../../reconcile/plan.ts";
import { memo } from "../../reconcile/memo.ts";

type Fields = Partial<Subnet["spec"]>;

export type Formatted =
  | {
    readonly ok: true;
    readonly spec: Fields;
    /** Absent where there are no addresses, only MACs. */
    readonly layout: Layout | undefined;
  }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Every field we default or spell canonically, with the value that it is to have. Defaults go where nothing was written; of lists
 * we take `excludeIps` alone, since the gateway belongs into it. A spec with a problem is left as it was written.
 */
export const formatSubnet = memo(({ metadata, spec }: Subnet): Formatted => {
  const defaults = defaulted(metadata.name, spec);
  if (!spec.cidrBlock) return { ok: true, spec: { ...defaults, protocol: "Mac" }, layout: undefined };
  const read = parseLayout({ ...spec, cidrBlock: spec.cidrBlock });
  if (!read.ok) return read;
  return { ok: true, spec: { ...defaults, ...read.normalised }, layout: read.layout };
});

/** Its spec as it will be once that is written; one with a problem stays as it is. */
export const completed = memo((subnet: Subnet): Subnet["spec"] => {
  const formatted = formatSubnet(subnet);
  return formatted.ok ? { ...subnet.spec, ...formatted.spec } : subnet.spec;
});

/** Whether its spec says already what {@link formatSubnet} would write. */
export const isFormatted = memo((subnet: Subnet): boolean => {
  const formatted = formatSubnet(subnet);
  return formatted.ok && contains(subnet.spec, formatted.spec);
});

/** What is applied to the Subnet itself; nothing while its spec has a problem. */
export function formatEntries(subnet: Subnet): readonly Entry[] {
  const formatted = formatSubnet(subnet);
  return formatted.ok
    ? [want(Subnet, { metadata: { name: subnet.metadata.name }, spec: formatted.spec })]
    : [];
}

function defaulted(name: string, spec: Fields): Fields {
  const provider = spec.provider || OVN, vpc = spec.vpc || (isOvn(provider) ? DEFAULT_VPC : undefined);
  return {
    provider,
    ...(vpc ? { vpc } : {}),
    ...(vpc === DEFAULT_VPC ? { gatewayType: spec.gatewayType || "distributed" } : {}),
    ...(isOvn(provider) && name !== JOIN_SUBNET ? { enableLb: spec.enableLb ?? true } : {}),
  };
}
