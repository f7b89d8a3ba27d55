/** How full the Subnets are, for metrics. */
import { ledger } from "../crds/projections.ts";
import { Subnet } from "../crds/subnet.ts";
import { keyOf } from "../reconcile/kind.ts";
import type { View } from "../reconcile/view.ts";

export interface SubnetUsage {
  readonly name: string;
  /** IPv4, IPv6, Dual or Mac. */
  readonly protocol: string;
  readonly cidr: string;
  /** Of a dual-stack Subnet, that of the family that ends first. */
  readonly available: number;
  /** Of a dual-stack Subnet, that of the family of which more is in use. */
  readonly used: number;
}

export function* subnetUsage(view: View): Iterable<SubnetUsage> {
  for (const subnet of view.list(Subnet)) {
    const { protocol = "", cidrBlock = "" } = subnet.spec, taken = view.project(ledger, keyOf(subnet));
    const families = [4, 6] as const;
    const counters = families.filter((family) => taken.layout?.[`v${family}`]).map((f) => taken.counters(f));
    yield {
      name: keyOf(subnet),
      protocol,
      cidr: cidrBlock,
      available: counters.length > 0 ? Math.min(...counters.map((c) => Number(c.available))) : 0,
      used: Math.max(0, ...counters.map((c) => Number(c.using))),
    };
  }
}
