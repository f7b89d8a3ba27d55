/** NAT gateways on a real API server: it completes workloads in its own way, and checks what may be written. */
import { assertEquals, assertMatch } from "@std/assert";
import { StatefulSet } from "../../crds/foreign.ts";
import { Deployment } from "../../crds/gateway_parts.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import { Subnet } from "../../crds/subnet.ts";
import { publishedBy } from "../../crds/published.ts";
import { Vpc } from "../../crds/vpc.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { eventually } from "../control_plane/eventually.ts";
import { eip, fip, gateway, groundOf, snat, SYSTEM } from "./gateways.ts";
import { withCluster } from "./with_cluster.ts";

const test = withCluster({ nodes: 2 });

test("a gateway with an EIP and rules is served; at rest nothing is written; all of it goes", async (scene) => {
  const { journal } = scene.cluster;
  const ready = (kind: typeof VpcNatGateway | typeof IptablesEIP | typeof IptablesFIPRule, name: string) =>
    eventually(`${kind.kind} ${name} is ready`, () => {
      const { status } = scene.get(kind as typeof VpcNatGateway, name);
      assertEquals(status?.ready, true, JSON.stringify(status));
    });
  await groundOf(scene);
  await scene.create(
    gateway({
      selector: ["kubernetes.io/os: linux"],
      tolerations: [{ key: "", operator: "Exists", value: "", effect: "" }, {
        key: "a",
        value: "b",
        effect: "NoExecute",
        tolerationSeconds: 0,
      }],
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{
            labelSelector: { matchLabels: { app: "x" }, matchExpressions: [] },
            topologyKey: "kubernetes.io/hostname",
          }],
        },
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{
            weight: 1,
            preference: { matchExpressions: [{ key: "zone", operator: "In", values: ["a"] }] },
          }],
        },
      },
      annotations: { team: "" },
    }),
    eip(),
    fip,
    snat,
  );
  await ready(VpcNatGateway, "gw");
  await ready(IptablesEIP, "eip");
  await ready(IptablesFIPRule, "fip");
  await scene.silent(() => {});

  await scene.merge(VpcNatGateway, "gw", { spec: { replicas: 2 } });
  await eventually("its Deployment has two pods, the StatefulSet is gone", () => {
    const { status } = scene.get(VpcNatGateway, "gw");
    assertEquals([status?.ready, status?.workload?.kind], [true, "Deployment"]);
    assertEquals(journal.get(StatefulSet, `${SYSTEM}/vpc-nat-gw-gw`), undefined);
    // The garbage collector takes the last one's pod when it comes to it.
    const pods = scene.podsOf(SYSTEM);
    assertEquals([pods.length, pods.filter((pod) => publishedBy(pod).length > 0).length], [2, 2]);
  });
  await scene.silent(() => {});

  await scene.remove(Vpc, "blue");
  await scene.remove(Subnet, "inner");
  await scene.remove(Subnet, "ext");
  await scene.remove(VpcNatGateway, "gw");
  await scene.remove(IptablesEIP, "eip");
  await eventually("it names its EIP", () => {
    const held = scene.get(VpcNatGateway, "gw").status?.conditions?.find(({ type }) => type === "Deletable");
    assertMatch(held?.message ?? "", /IptablesEIP eip/);
  });
  await scene.remove(IptablesFIPRule, "fip");
  await scene.remove(IptablesSnatRule, "snat");
  await eventually("all of it is gone", () => {
    const names = [VpcNatGateway, IptablesEIP, IptablesFIPRule, IptablesSnatRule, Deployment].flatMap((
      kind,
    ) => journal.of(kind as typeof VpcNatGateway).map(({ metadata }) => metadata.name));
    const subnets = journal.of(Subnet).map(({ metadata }) => metadata.name).filter((n) =>
      n === "inner" || n === "ext"
    );
    assertEquals([names, subnets, journal.get(Vpc, "blue")], [[], [], undefined]);
  });
});
