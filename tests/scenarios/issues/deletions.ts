/** Counters that were wrong, and objects that would not go or broke others. */
import { block, spread } from "../addresses.ts";
import { eip, gateways, noRecordsOf, ready, sides } from "../gateways.ts";
import { ask, deployment, ovn } from "../manifests.ts";
import { same } from "../same.ts";
import { scenario } from "../scenario.ts";

const needs = ["NetworkAttachmentDefinition"], EIP = "IptablesEIP";
const WEB = { externalPort: "80", internalPort: "80", protocol: "tcp" };

export const deletions = [
  scenario(
    "#4086",
    "counters and ranges are the addresses that pods have, whatever came and went",
    async (s) => {
      const net = await s.net();
      for (const replicas of [20, 5, 12]) {
        if (replicas === 20) await s.create(deployment("web", replicas, ask({ logical_switch: net.name })));
        else await s.patch("Deployment", "web", { spec: { replicas } });
        await s.eventually(`${replicas} are in use, and all others available`, async () => {
          const { v4usingIPs, v4usingIPrange, v4availableIPrange, v4availableIPs } = await s.counts(net.name);
          const held = (await s.records(net.name)).map(({ spec }) => spec.v4IpAddress).toSorted();
          same("in use", spread(v4usingIPrange).toSorted(), held);
          const free = [v4availableIPs, spread(v4availableIPrange).length], left = 253 - replicas;
          same("counters", [v4usingIPs, held.length, ...free], [replicas, replicas, left, left]);
        });
      }
    },
  ),
  scenario(
    "#1975",
    "a Subnet that grows says so in its counters, and gives out what it has gained",
    async (s) => {
      const net = await s.net({}, { prefix: 30 });
      await s.pod("first", ask({ logical_switch: net.name }));
      await s.create(deployment("web", 3, ask({ logical_switch: net.name })));
      await s.patch("Subnet", net.name, { spec: { cidrBlock: net.cidr.replace("/30", "/28") } });
      await s.using(net.name, 4);
      same("available", (await s.counts(net.name)).v4availableIPs, 9);
    },
  ),
  scenario(
    "#7215",
    "the counters of a Subnet are not set back when its conditions are written",
    async (s) => {
      const net = await s.net(), here = ask({ logical_switch: net.name });
      for (let i = 0; i < 5; i++) {
        await Promise.all([
          s.pod(`web-${i}`, here),
          s.patch("Subnet", net.name, { spec: { private: i % 2 === 0 } }),
        ]);
        await s.using(net.name, i + 1);
        await s.stays("it is counted", () => s.using(net.name, i + 1), 1);
      }
    },
  ),
  scenario(
    "#4104",
    "Vpc, Subnets, gateway, EIP and rules, deleted in any order, are gone in the end",
    async (s) => {
      await Promise.all([false, true].map(async (isReversed) => {
        const name = s.own(isReversed ? "reversed" : "straight");
        const between = await sides(s, {}, isReversed ? "reversed" : "straight");
        const [gateway] = await gateways(s, between, 1), address = await eip(s, between, gateway!);
        await ready(s, EIP, address);
        await s.create(ovn("IptablesSnatRule", name, { eip: address, internalCIDR: between.inside.cidr }));
        await s.create(
          ovn("IptablesDnatRule", name, { eip: address, internalIp: between.inside.ip(20), ...WEB }),
        );
        const all = [
          ["Vpc", between.vpc],
          ["Subnet", between.inside.name],
          ["Subnet", between.outside.name],
          ["VpcNatGateway", gateway!],
          [EIP, address],
          ["IptablesSnatRule", name],
          ["IptablesDnatRule", name],
        ] as const;
        for (const [kind, each] of isReversed ? all.toReversed() : all) await s.remove(kind, each);
        for (const [kind, each] of all.toReversed()) await s.gone(kind, each);
        await noRecordsOf(s, gateway!);
      }));
    },
    { needs },
  ),
  scenario("#1303", "a gateway whose Vpc and Subnets were removed by force can be deleted", async (s) => {
    const between = await sides(s), [gateway] = await gateways(s, between, 1);
    await Promise.all([
      s.forceRemove("Vpc", between.vpc),
      s.forceRemove("Subnet", between.inside.name),
      s.forceRemove("Subnet", between.outside.name),
    ]);
    await s.remove("VpcNatGateway", gateway!);
    await s.gone("VpcNatGateway", gateway!);
    await noRecordsOf(s, gateway!);
  }, { needs }),
  scenario(
    "#4249",
    "a rule whose EIP does not exist is not ready, says so, and is ready when it does",
    async (s) => {
      const between = await sides(s),
        [gateway] = await gateways(s, between, 1),
        later = s.own("later"),
        name = s.own("snat");
      const rules = {
        IptablesSnatRule: { eip: later, internalCIDR: between.inside.cidr },
        IptablesDnatRule: { eip: later, internalIp: between.inside.ip(20), ...WEB },
      };
      for (const [kind, spec] of Object.entries(rules)) {
        await s.create(ovn(kind, name, spec));
        await s.said(kind, name, later);
        same("ready", (await s.see(kind, name)).status?.ready ?? false, false);
      }
      await s.create(ovn(EIP, later, { natGwDp: gateway, externalSubnet: between.outside.name }));
      for (const kind of Object.keys(rules)) await ready(s, kind, name);
    },
    { needs },
  ),
  scenario("#4699", "a Subnet with a block that is none harms nobody but itself", async (s) => {
    const blocks = ["10.0.0.0/99", "nonsense", "10.0.0.0/8,", "fd00::/8,10.0.0.0/8,fd01::/8"];
    for (const [i, cidrBlock] of blocks.entries()) {
      const name = s.own(`bad${i}`), { outcome } = await s.tries(ovn("Subnet", name, { cidrBlock }));
      if (outcome === "ok") await s.said("Subnet", name, "False", "cidrBlock");
    }
    const net = await s.net();
    await s.pod("web", ask({ logical_switch: net.name }));
  }),
  scenario(
    "#5304",
    "a namespace annotation that names no Subnet is mended once, and nobody writes without end",
    async (s) => {
      const net = await s.net({ namespaces: [s.namespace] }), key = "ovn.kubernetes.io/logical_switch";
      await s.pod("web", ask({}));
      for (let i = 0; i < 3; i++) {
        await s.patch("Namespace", s.namespace, { metadata: { annotations: { [key]: `ghost-${i}` } } });
        await s.eventually(
          "it is mended",
          async () => (await s.see("Namespace", s.namespace)).metadata.annotations[key] === net.name,
        );
      }
      const version = async () => (await s.see("IP", s.recordName("web"))).metadata.resourceVersion;
      const before = await version();
      await s.stays("the record is not written", async () => same("its version", await version(), before));
    },
  ),
  scenario(
    "#143",
    "a Subnet that is deleted is no longer what its namespaces are annotated with",
    async (s) => {
      const space = await s.space(), net = await s.net({ namespaces: [space] }), other = block();
      const says = (key: string, value: string) =>
        s.eventually(`${key} is ${value}`, async () =>
          same(
            key,
            (await s.see("Namespace", space)).metadata.annotations?.[`ovn.kubernetes.io/${key}`],
            value,
          ));
      await says("cidr", net.cidr);
      await s.patch("Subnet", net.name, {
        spec: { cidrBlock: other.cidr, gateway: other.ip(1), excludeIps: [other.ip(1)] },
      });
      await says("cidr", other.cidr);
      await s.remove("Subnet", net.name);
      await says("logical_switch", "ovn-default");
    },
  ),
];
