/** F4: what the counters of an external Subnet say. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { NetworkAttachmentDefinition, Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { OvnEip } from "../../crds/ovn_eip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { type Key, keyOf, type Kind } from "../../reconcile/kind.ts";
import { type GatewayLab, gateways } from "./gateways.ts";

/** Of a /28 without its gateway. */
const FREE = 13;
const EXT = "extnad.kube-system";

const counters = (lab: GatewayLab, subnet = "ext") => {
  const { v4usingIPs: using, v4availableIPs: available } = lab.get(Subnet, subnet)!.status!;
  return { using: Number(using), available: Number(available) };
};
const outerOf = (gateway: string) => `vpc-nat-gw-${gateway}-0.kube-system.${EXT}`;

Deno.test("F4-1: three gateways and five EIPs are eight addresses, and the counters add up in every version", () => {
  const lab = gateways(), seen: Subnet[] = [];
  lab.server.onCommit(({ kind, object }) => {
    const { metadata: { name }, status } = object as Subnet;
    if (kind.kind === "Subnet" && name === "ext" && status) seen.push(object as Subnet);
  });
  for (const gateway of ["gw", "gw2", "gw3"]) lab.gateway(gateway);
  for (let i = 0; i < 5; i++) lab.eip(`eip${i}`);
  lab.settle();
  assertEquals(counters(lab), { using: 8, available: FREE - 8 });
  for (const { status } of seen) {
    assertEquals(Number(status!.v4usingIPs) + Number(status!.v4availableIPs) + 1, 14);
  }
  assertEquals(lab.get(Subnet, "ext")!.status!.v4usingIPrange, "192.168.50.2-192.168.50.9");
  assertEquals(lab.get(Subnet, "ext")!.status!.v4availableIPrange, "192.168.50.10-192.168.50.14");
  lab.atRest();
});

Deno.test("F4-2: an EIP that asks for a gateway's outer address is not ready, names the holder, and counts nothing", () => {
  const lab = gateways();
  lab.gateway("gw");
  lab.settle();
  const address = lab.get(IP, outerOf("gw"))!.spec.v4IpAddress!;
  const before = counters(lab);
  lab.eip("eip", { v4ip: address });
  lab.settle();
  const { status, reason, message } = lab.condition(IptablesEIP, "eip")!;
  assertEquals([status, reason, lab.get(IptablesEIP, "eip")?.status?.ready], [
    "False",
    "AddressConflict",
    false,
  ]);
  assert(message.includes(`${address} `) && message.includes(outerOf("gw")), message);
  assertEquals(lab.warnings(IptablesEIP, "eip").some((said) => said.startsWith("AddressConflict ")), true);
  assertEquals(counters(lab), before);
  lab.atRest();
});

Deno.test("F4-3: a pod that asks for an EIP's address is refused with AddressConflict, and so is a gateway", () => {
  const lab = gateways();
  lab.eip("eip", { v4ip: "192.168.50.9" });
  lab.settle();
  const before = counters(lab), asked = { [`${EXT}.kubernetes.io/ip_address`]: "192.168.50.9" };
  lab.pod("default/p", {}, { annotations: { [NETWORKS]: "kube-system/extnad", ...asked } });
  lab.gateway("gw", { annotations: asked });
  lab.settle();
  for (const pod of ["default/p", "kube-system/vpc-nat-gw-gw-0"]) {
    const said = lab.warnings(Pod, pod).join("\n");
    assertMatch(said, /AcquireAddressFailed AddressConflict: .*192\.168\.50\.9 .*IptablesEIP eip/);
    assertEquals(lab.addressOf(pod), undefined);
  }
  assertEquals(counters(lab), before);
  lab.atRest();
});

/** As they were before our time, at one address: the first is the older one. */
const FOUND: Readonly<
  Record<string, (lab: GatewayLab, address: string, born: string) => readonly [Kind, Key]>
> = {
  reservation: (lab, address, creationTimestamp) => {
    const name = `old.default.${EXT}`;
    lab.smuggle(IP, {
      metadata: { name, creationTimestamp, labels: { "ovn.kubernetes.io/ip_reserved": "true" } },
      spec: { podName: "old", namespace: "default", subnet: "ext", v4IpAddress: address, ipAddress: address },
    });
    return [IP, name];
  },
  record: (lab, address, creationTimestamp) => {
    const name = `live.default.${EXT}`, told = (suffix: string) => `${EXT}.kubernetes.io/${suffix}`;
    const { metadata, ...pod } = lab.pod("default/live", {}, {
      annotations: {
        [NETWORKS]: "kube-system/extnad",
        [told("allocated")]: "true",
        [told("ip_address")]: address,
      },
    });
    lab.smuggle(Pod, { ...pod, metadata: { ...metadata, creationTimestamp } });
    lab.smuggle(IP, {
      metadata: { name, creationTimestamp, labels: { "ovn.kubernetes.io/ip_reserved": "false" } },
      spec: {
        podName: "live",
        namespace: "default",
        subnet: "ext",
        v4IpAddress: address,
        ipAddress: address,
      },
    });
    return [IP, name];
  },
  eip: (lab, address, creationTimestamp) => {
    lab.smuggle(IptablesEIP, {
      metadata: { name: "eip", creationTimestamp, labels: { "ovn.kubernetes.io/subnet": "ext" } },
      spec: { externalSubnet: "ext", natGwDp: "gw", v4ip: address },
      status: { ip: address, ready: true },
    });
    return [IptablesEIP, "eip"];
  },
  "OVN EIP": (lab, address, creationTimestamp) => {
    lab.smuggle(OvnEip, {
      metadata: { name: "oeip", creationTimestamp },
      spec: { externalSubnet: "ext", v4Ip: address },
      status: { v4Ip: address, ready: true },
    });
    return [OvnEip, "oeip"];
  },
};

for (const older of Object.keys(FOUND)) {
  for (const younger of Object.keys(FOUND).filter((other) => other !== older)) {
    Deno.test(`F4-4: one address that a younger ${younger} had too before our time counts once, is said at that one, stays with the older ${older}, and goes to the other after it`, () => {
      const lab = gateways(), address = "192.168.50.9", before = () => counters(lab).using;
      lab.gateway("gw");
      lab.settle();
      const using = before();
      const [, late] = FOUND[younger]!(lab, address, "2025-01-02T00:00:00Z");
      const [kind, key] = FOUND[older]!(lab, address, "2025-01-01T00:00:00Z");
      lab.start();
      assertEquals([lab.claims("ext")[address], before()], [key, using + 1]);
      const said = lab.announced.filter(({ type, object }) =>
        type === "Warning" && (keyOf(object) === late || keyOf(object) === "default/live")
      );
      assertMatch(said.map(({ reason, message }) => `${reason} ${message}`).join("\n"), /AddressConflict/);
      lab.atRest();
      if (older === "record") lab.kill("default/live");
      else lab.delete(kind, key);
      lab.settle();
      assertEquals([lab.claims("ext")[address], before()], [late, using + 1]);
      lab.atRest();
    });
  }
}

Deno.test("F4-5: a gateway that is deleted leaves no record of any interface, in whatever order Subnets, Vpc and network go", () => {
  const parts = ["VpcNatGateway", "Subnet", "Vpc", "NetworkAttachmentDefinition"] as const;
  const orders = parts.flatMap((first) =>
    parts.filter((p) => p !== first).flatMap((second) =>
      parts.filter((p) => p !== first && p !== second).map((third) =>
        [first, second, third, parts.find((p) => p !== first && p !== second && p !== third)!] as const
      )
    )
  );
  assertEquals(orders.length, 24);
  for (const order of orders) {
    const lab = gateways();
    lab.subnet("ext2", { cidrBlock: "192.168.60.0/28", provider: "extnad2.kube-system" });
    lab.attachment("extnad2");
    lab.settle();
    lab.gateway("gw", { externalSubnets: ["ext", "ext2"] });
    lab.settle();
    assertEquals(lab.records().filter((name) => name.startsWith("vpc-nat-gw-gw-0.")).length, 3);
    for (const part of order) {
      if (part === "VpcNatGateway") lab.delete(VpcNatGateway, "gw");
      if (part === "Subnet") { for (const name of ["inner", "ext", "ext2"]) lab.delete(Subnet, name); }
      if (part === "Vpc") lab.delete(Vpc, "blue");
      if (part === "NetworkAttachmentDefinition") {
        for (const name of ["extnad", "extnad2"]) {
          lab.delete(NetworkAttachmentDefinition, `kube-system/${name}`);
        }
      }
      lab.settle();
    }
    assertEquals(lab.records().filter((name) => name.startsWith("vpc-nat-gw-")), [], order.join(", "));
    assertEquals([lab.get(Vpc, "blue"), lab.get(Subnet, "inner"), lab.get(Subnet, "ext")], [
      undefined,
      undefined,
      undefined,
    ]);
  }
});

Deno.test("F4-7: an EIP of one family of a dual Subnet moves the counters of that family only, and so does a pod", () => {
  const lab = gateways();
  lab.subnet("dual", { cidrBlock: "192.168.60.0/28,fd60::/120", provider: "dual.kube-system" });
  lab.attachment("dual");
  lab.settle();
  const both = () => {
    const { v4usingIPs, v6usingIPs } = lab.get(Subnet, "dual")!.status!;
    return [Number(v4usingIPs), Number(v6usingIPs)];
  };
  lab.eip("four", { externalSubnet: "dual", v4ip: "192.168.60.9" });
  lab.settle();
  assertEquals([both(), lab.get(IptablesEIP, "four")?.status?.ip], [[1, 0], "192.168.60.9"]);
  lab.eip("six", { externalSubnet: "dual", v6ip: "FD60::9" });
  lab.settle();
  assertEquals([both(), lab.get(IptablesEIP, "six")?.status?.ip], [[1, 1], "fd60::9"]);
  lab.pod("default/p", {}, {
    annotations: { [NETWORKS]: "kube-system/dual", "dual.kube-system.kubernetes.io/ip_family": "ipv6" },
  });
  lab.settle();
  assertEquals(both(), [1, 2]);
  lab.eip("both", { externalSubnet: "dual" });
  lab.settle();
  assertEquals(both(), [2, 3]);
  lab.delete(IptablesEIP, "four");
  lab.settle();
  assertEquals(both(), [1, 3]);
  lab.atRest();
});

Deno.test("F4-8: an EIP that has its address counts though it is not ready; one that got none does not", () => {
  const lab = gateways();
  lab.eip("has", { v4ip: "192.168.50.9", natGwDp: "nowhere" });
  lab.settle();
  assertEquals([lab.get(IptablesEIP, "has")?.status?.ready, counters(lab).using], [false, 1]);
  lab.eip("has-not", { v4ip: "192.168.50.9", natGwDp: "nowhere" });
  lab.settle();
  assertEquals([lab.get(IptablesEIP, "has-not")?.status?.ready, counters(lab).using], [false, 1]);
  lab.atRest();
});

Deno.test("F4-10: gateways that come and go leave the counters where they were (#5688)", () => {
  const lab = gateways(), before = counters(lab), inner = counters(lab, "inner");
  for (let round = 0; round < 10; round++) {
    for (const name of ["gw", "gw2", "gw3"]) lab.gateway(name);
    lab.eip("eip");
    lab.fip("fip", { eip: "eip" });
    if (round % 2 === 0) lab.settle();
    for (const name of ["gw", "gw2", "gw3"]) lab.delete(VpcNatGateway, name);
    lab.delete(IptablesEIP, "eip");
    lab.delete(IptablesFIPRule, "fip");
    lab.settle();
  }
  assertEquals([counters(lab), counters(lab, "inner")], [before, inner]);
  assertEquals(lab.records().filter((name) => name.startsWith("vpc-nat-gw-")), []);
  lab.atRest();
});

Deno.test("F4-12: a retained address counts once while its pod is away, and not at all after the scale-down", () => {
  const lab = gateways(), selector = { matchLabels: { app: "web" } };
  const annotations = { [NETWORKS]: "kube-system/extnad" };
  lab.create(StatefulSet, {
    metadata: { name: "web", namespace: "default" },
    spec: {
      replicas: 1,
      selector,
      template: {
        metadata: { labels: selector.matchLabels, annotations },
        spec: { containers: [{ name: "c", image: "i" }] },
      },
    },
  });
  lab.settle();
  assertEquals(counters(lab).using, 1);
  const using: number[] = [];
  lab.server.onCommit(({ kind, object }) => {
    if (kind.kind === "Subnet" && object.metadata.name === "ext") using.push(counters(lab).using);
  });
  lab.kill("default/web-0");
  lab.settle();
  assertEquals([counters(lab).using, using.every((count) => count === 1)], [1, true]);
  lab.merge(StatefulSet, "default/web", { spec: { replicas: 0 } });
  lab.settle();
  assertEquals(counters(lab), { using: 0, available: FREE });
  lab.atRest();
});
