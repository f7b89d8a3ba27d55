/** A cluster in which workloads make pods and nodes run them, with all that NAT gateways need. */
import { type GatewayOptions, GATEWAYS } from "../../controllers/nat/data_plane.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { ConfigMap, Deployment } from "../../crds/gateway_parts.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { keyOf, type Kind } from "../../reconcile/kind.ts";
import { kubeletRequest } from "../../sandbox/kubelet_step.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { controllersOf } from "../../sandbox/workloads.ts";
import { Cluster } from "./cluster.ts";

export const SYSTEM = "kube-system";

/** A Vpc with a Subnet `inner`, an external Subnet `ext` of 13 addresses, image and switch; at rest. */
export function gateways(options: Partial<GatewayOptions> = {}): GatewayLab {
  const lab = new GatewayLab({ gateways: { ...GATEWAYS, ...options }, served: [MULTUS] });
  lab.settle();
  lab.vpc("blue");
  lab.subnet("inner", { cidrBlock: "10.0.1.0/24", vpc: "blue" });
  lab.subnet("ext", { cidrBlock: "192.168.50.0/28", provider: "extnad.kube-system" });
  lab.attachment("extnad");
  lab.configure("ovn-vpc-nat-config", { image: "nat:1" });
  lab.configure("ovn-vpc-nat-gw-config", { "enable-vpc-nat-gw": "true" });
  return lab.settle();
}

export class GatewayLab extends Cluster {
  #controllers = controllersOf(this.server);

  override settle(options: { ms?: number } = {}): this {
    this.repeat(() => {
      super.settle(options);
      return this.#around();
    });
    return this;
  }

  /** What controllers and kubelets do next. @returns whether there was anything. */
  #around(): boolean {
    const now = this.server.store.environment.now();
    const steps = this.list(Pod).flatMap((pod) => kubeletRequest(pod, { node: "n1", now }) ?? []);
    for (const step of steps) this.do(step);
    return this.#controllers.step() || steps.length > 0;
  }

  /** A network of the namespace of the system, with our addresses. */
  attachment(name: string): void {
    const provider = `${name}.${SYSTEM}`;
    this.network(`${SYSTEM}/${name}`, {
      type: "macvlan",
      master: "eth0",
      ipam: { type: "kube-ovn", provider },
    });
  }
  configure(name: string, data: Readonly<Record<string, string>>): void {
    this.create(ConfigMap, { metadata: { name, namespace: SYSTEM }, data });
  }
  gateway(name: string, spec: VpcNatGateway["spec"] = {}): VpcNatGateway {
    return this.create(VpcNatGateway, {
      metadata: { name },
      spec: { vpc: "blue", subnet: "inner", externalSubnets: ["ext"], ...spec },
    });
  }
  eip(name: string, spec: IptablesEIP["spec"] = {}): IptablesEIP {
    return this.create(IptablesEIP, {
      metadata: { name },
      spec: { externalSubnet: "ext", natGwDp: "gw", ...spec },
    });
  }
  fip(name: string, spec: IptablesFIPRule["spec"] = {}): IptablesFIPRule {
    return this.create(IptablesFIPRule, { metadata: { name }, spec: { internalIp: "10.0.1.9", ...spec } });
  }
  dnat(name: string, spec: IptablesDnatRule["spec"] = {}): IptablesDnatRule {
    const port = { externalPort: "80", protocol: "tcp", internalIp: "10.0.1.9", internalPort: "8080" };
    return this.create(IptablesDnatRule, { metadata: { name }, spec: { ...port, ...spec } });
  }
  snat(name: string, spec: IptablesSnatRule["spec"] = {}): IptablesSnatRule {
    return this.create(IptablesSnatRule, {
      metadata: { name },
      spec: { internalCIDR: "10.0.1.0/24", ...spec },
    });
  }

  workload(gateway: string, kind: typeof StatefulSet | typeof Deployment = StatefulSet) {
    return this.get(kind as Kind, `${SYSTEM}/vpc-nat-gw-${gateway}`);
  }
  podsOf(gateway: string): readonly Pod[] {
    return this.list(Pod).filter(({ metadata: { annotations } }) =>
      annotations?.["ovn.kubernetes.io/vpc_nat_gw"] === gateway
    );
  }
  podNames(gateway: string): readonly string[] {
    return this.podsOf(gateway).map(keyOf);
  }
  /** `True NatReady` */
  says(kind: Kind, name: string, type = "Ready"): string | undefined {
    const said = this.condition(kind, name, type);
    return said && `${said.status} ${said.reason}`;
  }
}
