/**
 * How the rules of a gateway come into force. This is a port: whoever programs gateways in another way writes one more driver.
 *
 * `acknowledge` leaves the work to the gateway's image, and takes it as done while a pod of the gateway runs;
 * `nftables` (`nftables.ts`) writes the whole rule set into a ConfigMap that the gateway's pods mount.
 */
import { GATEWAY_NAMESPACE } from "../../crds/gateway_parts.ts";
import type { IptablesEIP } from "../../crds/iptables_eip.ts";
import type { NatRule } from "../../crds/nat_rules.ts";
import type { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import type { Key } from "../../reconcile/kind.ts";
import type { Entry, Seen } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { Places } from "../gateway/pods.ts";
import type { RuleSet } from "./rule_set.ts";
import type { InForce } from "./rule_state.ts";

export interface NatDataPlane {
  /** What a gateway has beside its workload; goes with it. `rules` are computed when asked for. */
  readonly parts: (gateway: GatewayPlace, rules: () => RuleSet, view: View) => readonly Entry[];
  /** Name of a ConfigMap that its pods mount at {@link RULES_PATH}. */
  readonly mounts?: (gateway: string) => string;
  /** Whether a rule is not in force yet, although the gateway's pods run. What it reads must be a part of the gateway. */
  readonly isPending: (rule: InForce, gateway: GatewayPlace, view: View) => boolean;
  /** What must be so before a rule or an EIP that is going is in force nowhere; `gateway` is where it would be. */
  readonly before: (going: NatRule | IptablesEIP, gateway: Key | undefined, view: View) => readonly Seen[];
}

export interface GatewayPlace {
  readonly gateway: VpcNatGateway;
  readonly namespace: string;
}

/** Where a gateway's image finds its rules. */
export const RULES_PATH = "/etc/cadastre/nat";

export const acknowledge: NatDataPlane = { parts: () => [], isPending: () => false, before: () => [] };

/** What a person decides about all gateways. */
export interface GatewayOptions extends Places {
  readonly dataPlane: NatDataPlane;
}

/** As in Kube-OVN. */
export const GATEWAYS: GatewayOptions = { namespaces: [GATEWAY_NAMESPACE], dataPlane: acknowledge };
