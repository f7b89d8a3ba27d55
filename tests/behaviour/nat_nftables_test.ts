/** The second data plane: a gateway's rules as nftables text in a ConfigMap that its pods mount. */
import { assertEquals, assertMatch } from "@std/assert";
import { nftables } from "../../controllers/nat/nftables.ts";
import { ConfigMap } from "../../crds/gateway_parts.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import type { Json } from "../../kube/api.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { type GatewayLab, gateways, SYSTEM } from "./gateways.ts";

const KEY = `${SYSTEM}/vpc-nat-gw-gw`;
const rulesOf = (lab: GatewayLab): string | undefined => lab.get(ConfigMap, KEY)?.data?.["rules.nft"];

const EMPTY = (family: string) =>
  `add table ${family} cadastre
delete table ${family} cadastre
table ${family} cadastre {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
  }
}
`;

Deno.test("nftables: a gateway without rules has a rule set that empties what was there, and its pod mounts it", () => {
  const lab = gateways({ dataPlane: nftables });
  lab.gateway("gw");
  lab.settle();
  assertEquals(rulesOf(lab), `${EMPTY("ip")}\n${EMPTY("ip6")}`);
  const { containers, volumes } = (lab.workload("gw") as Json).spec.template.spec;
  assertEquals(containers[0].volumeMounts, [{ name: "nat", mountPath: "/etc/cadastre/nat", readOnly: true }]);
  assertEquals(volumes, [{ name: "nat", configMap: { name: "vpc-nat-gw-gw", optional: true } }]);
  lab.atRest();
});

Deno.test("nftables: every kind of rule, in both families, is one text, whatever order they came in", () => {
  const create: ((lab: GatewayLab) => void)[] = [
    (lab) => lab.eip("a", { externalSubnet: "ext6", v4ip: "192.168.60.9", v6ip: "fd60::9" }),
    (lab) => lab.eip("b", { v4ip: "192.168.50.10" }),
    (lab) => lab.fip("fip6", { eip: "a", internalIp: "FD01::9" }),
    (lab) => lab.fip("fip4", { eip: "b", internalIp: "10.0.1.5" }),
    (lab) =>
      lab.dnat("web", {
        eip: "b",
        type: "share",
        internalIp: "10.0.1.6",
        internalPort: "8443",
        externalPort: "443",
      }),
    (lab) =>
      lab.dnat("web2", {
        eip: "b",
        type: "share",
        internalIp: "10.0.1.7",
        internalPort: "8443",
        externalPort: "443",
      }),
    (lab) =>
      lab.dnat("dns", {
        eip: "a",
        protocol: "UDP",
        internalIp: "fd01::53",
        externalPort: "53",
        internalPort: "53",
      }),
    (lab) => lab.snat("wide", { eip: "b", internalCIDR: "10.0.0.0/8" }),
    (lab) => lab.snat("narrow", { eip: "a", internalCIDR: "10.0.1.77/24,fd01::/64" }),
  ];
  const texts = [create, create.toReversed()].map((order) => {
    const lab = gateways({ dataPlane: nftables });
    lab.subnet("ext6", { cidrBlock: "192.168.60.0/28,fd60::/120", provider: "ext6.kube-system" });
    lab.attachment("ext6");
    lab.gateway("gw", { externalSubnets: ["ext", "ext6"] });
    lab.settle();
    for (const step of order) step(lab);
    lab.settle();
    assertEquals(lab.list(IptablesDnatRule).map(({ status }) => status?.ready), [true, true, true]);
    lab.atRest();
    return rulesOf(lab);
  });
  assertEquals(
    texts[0],
    `add table ip cadastre
delete table ip cadastre
table ip cadastre {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    # IptablesDnatRule web 1 with b
    # IptablesDnatRule web2 1 with b
    ip daddr 192.168.50.10 tcp dport 443 dnat to numgen random mod 2 map { 0 : 10.0.1.6 . 8443, 1 : 10.0.1.7 . 8443 }
    # IptablesFIPRule fip4 1 with b
    ip daddr 192.168.50.10 dnat to 10.0.1.5
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "net*" ip saddr 10.0.1.5 snat to 192.168.50.10
    # IptablesSnatRule narrow 1 with a
    oifname "net*" ip saddr 10.0.1.0/24 snat to 192.168.60.9
    # IptablesSnatRule wide 1 with b
    oifname "net*" ip saddr 10.0.0.0/8 snat to 192.168.50.10
  }
}

add table ip6 cadastre
delete table ip6 cadastre
table ip6 cadastre {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    # IptablesDnatRule dns 1 with a
    ip6 daddr fd60::9 udp dport 53 dnat to [fd01::53]:53
    # IptablesFIPRule fip6 1 with a
    ip6 daddr fd60::9 dnat to fd01::9
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "net*" ip6 saddr fd01::9 snat to fd60::9
    # IptablesSnatRule narrow 1 with a
    oifname "net*" ip6 saddr fd01::/64 snat to fd60::9
  }
}
`,
  );
  assertEquals(texts[1], texts[0]);
});

Deno.test("nftables: a rule is ready once the ConfigMap shows it as it is now", () => {
  const lab = gateways({ dataPlane: nftables });
  lab.gateway("gw");
  lab.eip("eip", { v4ip: "192.168.50.9" });
  lab.settle();
  const denied = { outcome: "denied", status: 403, reason: "Forbidden", message: "no" } as const;
  lab.intercept = (request) =>
    request.verb === "apply" && request.resource.kind === "ConfigMap" ? denied : undefined;
  lab.fip("fip", { eip: "eip", internalIp: "10.0.1.5" });
  lab.settle();
  assertEquals([lab.says(IptablesFIPRule, "fip"), lab.get(IptablesFIPRule, "fip")?.status?.ready], [
    "Unknown RulePending",
    false,
  ]);
  lab.intercept = () => undefined;
  lab.settle({ ms: 3_600_000 });
  assertEquals(lab.says(IptablesFIPRule, "fip"), "True NatReady");
  lab.merge(IptablesFIPRule, "fip", { spec: { internalIp: "10.0.1.6" } });
  lab.settle();
  assertMatch(
    rulesOf(lab)!,
    /# IptablesFIPRule fip 2 with eip\n {4}ip daddr 192\.168\.50\.9 dnat to 10\.0\.1\.6\n/,
  );
  assertEquals(lab.says(IptablesFIPRule, "fip"), "True NatReady");
  lab.atRest();
});

Deno.test("nftables: what loses, what is broken and what is being deleted is not in it; what is edited by hand is put back", () => {
  const lab = gateways({ dataPlane: nftables });
  lab.gateway("gw");
  lab.eip("eip", { v4ip: "192.168.50.9" });
  lab.settle();
  lab.fip("older", { eip: "eip", internalIp: "10.0.1.5" });
  lab.settle();
  lab.fip("younger", { eip: "eip", internalIp: "10.0.1.6" });
  lab.dnat("evil", { eip: "eip", externalPort: "80 accept\n}", internalIp: "10.0.1.7" });
  lab.settle();
  assertMatch(rulesOf(lab)!, /dnat to 10\.0\.1\.5\n/);
  assertEquals(/younger|evil|10\.0\.1\.[67]/.test(rulesOf(lab)!), false);
  const before = rulesOf(lab);
  lab.merge(ConfigMap, KEY, { data: { "rules.nft": "flush ruleset" } });
  lab.settle();
  assertEquals(rulesOf(lab), before);
  lab.delete(IptablesFIPRule, "older");
  lab.settle();
  assertMatch(
    rulesOf(lab)!,
    /# IptablesFIPRule younger 1 with eip\n {4}ip daddr 192\.168\.50\.9 dnat to 10\.0\.1\.6\n/,
  );
  lab.delete(IptablesFIPRule, "younger");
  lab.delete(IptablesDnatRule, "evil");
  lab.settle();
  assertEquals(rulesOf(lab), `${EMPTY("ip")}\n${EMPTY("ip6")}`);
  lab.atRest();
});

Deno.test("nftables: the ConfigMap goes with its gateway", () => {
  const lab = gateways({ dataPlane: nftables });
  lab.gateway("gw");
  lab.eip("eip");
  lab.settle();
  lab.delete(IptablesEIP, "eip");
  lab.delete(VpcNatGateway, "gw");
  lab.settle();
  assertEquals([lab.get(ConfigMap, KEY), lab.workload("gw")], [undefined, undefined]);
  lab.atRest();
});

const refuseTelling = (lab: GatewayLab) => {
  const denied = { outcome: "denied", status: 403, reason: "Forbidden", message: "no" } as const;
  lab.intercept = (request) =>
    request.verb === "apply" && request.resource.kind === "ConfigMap" ? denied : undefined;
};
const tellAgain = (lab: GatewayLab) => {
  lab.intercept = () => undefined;
  lab.settle({ ms: 3_600_000 });
};
function withFip(): GatewayLab {
  const lab = gateways({ dataPlane: nftables });
  lab.gateway("gw");
  lab.eip("eip", { v4ip: "192.168.50.9" });
  lab.settle();
  lab.fip("fip", { eip: "eip", internalIp: "10.0.1.5" });
  return lab.settle();
}
const deletable = (lab: GatewayLab, kind: Kind, name: string) =>
  lab.condition(kind, name, "Deletable")?.message;

Deno.test("nftables: a rule that is deleted stays until the ConfigMap shows it no more, and with it its EIP and the address", () => {
  const lab = withFip();
  refuseTelling(lab);
  lab.delete(IptablesFIPRule, "fip");
  lab.delete(IptablesEIP, "eip");
  lab.settle();
  assertMatch(rulesOf(lab)!, /192\.168\.50\.9/);
  assertEquals(deletable(lab, IptablesFIPRule, "fip"), `ConfigMap ${KEY}`);
  lab.eip("next", { v4ip: "192.168.50.9" });
  lab.settle();
  assertEquals(lab.get(IptablesEIP, "next")?.status?.ip ?? "", "");
  tellAgain(lab);
  assertEquals([lab.get(IptablesFIPRule, "fip"), lab.get(IptablesEIP, "eip")], [undefined, undefined]);
  assertEquals(lab.get(IptablesEIP, "next")?.status?.ip, "192.168.50.9");
  lab.atRest();
});

Deno.test("nftables: an EIP that its rule has left stays until the ConfigMap shows it no more", () => {
  const lab = withFip();
  lab.eip("other");
  lab.settle();
  refuseTelling(lab);
  lab.merge(IptablesFIPRule, "fip", { spec: { eip: "other" } });
  lab.delete(IptablesEIP, "eip");
  lab.settle();
  assertEquals(deletable(lab, IptablesEIP, "eip"), `ConfigMap ${KEY}`);
  tellAgain(lab);
  assertEquals(lab.get(IptablesEIP, "eip"), undefined);
  assertMatch(rulesOf(lab)!, /# IptablesFIPRule fip 2 with other\n/);
  lab.atRest();
});

Deno.test("nftables: before an EIP goes the ConfigMap is read live, since what was written may not be seen yet", () => {
  const lab = withFip();
  lab.delete(IptablesFIPRule, "fip");
  lab.settle();
  const read: string[] = [];
  lab.intercept = (request) => {
    if (request.verb === "get" && request.resource.kind === "ConfigMap") read.push(request.key);
    return undefined;
  };
  lab.delete(IptablesEIP, "eip");
  lab.settle();
  assertEquals([lab.get(IptablesEIP, "eip"), read], [undefined, [KEY]]);
});

Deno.test("nftables: a gateway that is refused or going tells its pods what is true, since they run on", () => {
  const ends: ((lab: GatewayLab) => void)[] = [
    (lab) => lab.merge(ConfigMap, `${SYSTEM}/ovn-vpc-nat-gw-config`, { data: { "enable-vpc-nat-gw": "no" } }),
    (lab) => lab.delete(VpcNatGateway, "gw"),
  ];
  for (const end of ends) {
    const lab = withFip();
    end(lab);
    lab.settle();
    lab.dnat("web", { eip: "eip", internalIp: "10.0.1.6", externalPort: "80", internalPort: "80" });
    lab.settle();
    assertMatch(rulesOf(lab)!, /IptablesDnatRule web 1 with eip/);
    lab.delete(IptablesFIPRule, "fip");
    lab.delete(IptablesDnatRule, "web");
    lab.settle();
    assertEquals(rulesOf(lab), `${EMPTY("ip")}\n${EMPTY("ip6")}`);
    assertEquals([lab.list(IptablesFIPRule), lab.list(IptablesDnatRule)], [[], []]);
    assertEquals(lab.workload("gw") !== undefined, true);
    lab.delete(IptablesEIP, "eip");
    lab.settle();
    assertEquals(lab.get(IptablesEIP, "eip"), undefined);
    lab.atRest();
  }
});

Deno.test("nftables: what only looks like a part of a gateway holds nobody up", () => {
  const lab = withFip(), uid = lab.get(VpcNatGateway, "gw")!.metadata.uid;
  lab.create(ConfigMap, {
    metadata: {
      name: "squat",
      namespace: "default",
      ownerReferences: [{
        apiVersion: "kubeovn.io/v1",
        kind: "VpcNatGateway",
        name: "gw",
        uid,
        controller: true,
      }],
    },
    data: { "rules.nft": "# IptablesFIPRule fip 1 with eip" },
  });
  lab.delete(IptablesFIPRule, "fip");
  lab.settle();
  assertEquals(lab.get(IptablesFIPRule, "fip"), undefined);
});
