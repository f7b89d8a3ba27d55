/** The end of a rule or an EIP: it stays until no gateway has it in force. */
import type { IptablesEIP } from "../../crds/iptables_eip.ts";
import type { NatRule } from "../../crds/nat_rules.ts";
import { type Key, keyOf, type Kind } from "../../reconcile/kind.ts";
import { type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { GatewayOptions } from "./data_plane.ts";

interface Going {
  readonly kind: Kind;
  readonly object: NatRule | IptablesEIP;
  readonly why: { readonly reason: string; readonly message: string };
  /** The gateway that its EIP names. */
  readonly gateway: Key | undefined;
}

export function ending({ kind, object, why, gateway }: Going, view: View, options: GatewayOptions): Wait {
  const before = options.dataPlane.before(object, gateway, view)
    // Elsewhere anybody may write what looks like a part of a gateway.
    .filter(({ key }) => options.namespaces.includes(key.slice(0, key.indexOf("/"))));
  const shown = before.map(({ kind, key }): Trigger => [kind, key]);
  return wait(why, [[kind, keyOf(object)], ...shown], { before });
}
