/** F4: what the counters of an external Subnet say (#4747). */
import type { Json } from "../../kube/api.ts";
import { eip, gateways, noRecordsOf, ready, type Sides, sides } from "./gateways.ts";
import { ask, ovn, record, statefulSet } from "./manifests.ts";
import { same } from "./same.ts";
import { scenario } from "./scenario.ts";
import type { Net, Stage } from "./stage.ts";

const needs = ["NetworkAttachmentDefinition"], EIP = "IptablesEIP";
/** Host addresses of a /28, less its gateway. */
const HOSTS = 13;

export const f4 = [
  scenario(
    "F4.1",
    "three gateways and five EIPs are eight addresses, and the counters add up at every moment",
    async (s) => {
      const between = await sides(s), { outside } = between;
      await s.throughout(() => addsUp(s, outside), async () => {
        const names = await gateways(s, between, 3);
        for (let i = 0; i < 5; i++) await ready(s, EIP, await eip(s, between, names[i % 3]!));
        await s.using(outside.name, 8);
      });
      same("available", (await s.counts(outside.name)).v4availableIPs, HOSTS - 8);
    },
    { needs },
  ),
  scenario(
    "F4.2",
    "an EIP that asks for the outer address of a gateway is refused, with the holder named, and not counted",
    async (s) => {
      const between = await sides(s), [gateway] = await gateways(s, between, 1);
      await s.using(between.outside.name, 1);
      const [held] = await s.records(between.outside.name);
      const name = await eip(s, between, gateway!, { v4ip: held.spec.v4IpAddress });
      await s.said(EIP, name, "AddressConflict", held.metadata.name);
      same("ready", (await s.see(EIP, name)).status?.ready ?? false, false);
      await s.stays("one address is in use", () => s.using(between.outside.name, 1), 2);
    },
    { needs },
  ),
  scenario("F4.3", "a pod that asks for the address of an EIP is refused", async (s) => {
    const between = await sides(s), [gateway] = await gateways(s, between, 1), v4ip = between.outside.ip(9);
    await ready(s, EIP, await eip(s, between, gateway!, { v4ip }));
    await s.create(attached(between, "web", { ip_address: v4ip }));
    await s.refused("web", "AddressConflict");
  }, { needs }),
  scenario(
    "F4.4",
    "one address that an EIP and a record had before our time is counted once, and said; when one goes the other keeps it",
    async (s) => {
      const between = await sides(s),
        { outside } = between,
        [gateway] = await gateways(s, between, 1),
        ip = outside.ip(9);
      const name = s.own("former"), other = `former.${s.namespace}.${between.provider}`;
      await s.without(async () => {
        await s.create(
          record(other, {
            podName: "former",
            namespace: s.namespace,
            subnet: outside.name,
            v4IpAddress: ip,
            ipAddress: ip,
          }, { labels: { "ovn.kubernetes.io/ip_reserved": "true" } }),
        );
        await s.create(ovn(EIP, name, { natGwDp: gateway, externalSubnet: outside.name, v4ip: ip }));
        await s.patch(EIP, name, { status: { ip, ready: true } }, "status");
      });
      await s.using(outside.name, 2);
      await s.eventually("one of them says so", async () => {
        const all = [
          ...await s.eventsOf(EIP, name),
          ...await s.eventsOf("IP", other),
          ...((await s.see(EIP, name)).status?.conditions ?? []).map((c: Json) => c.message),
        ];
        return all.some((line) => line.includes("AddressConflict")) ||
          Promise.reject(new Error(all.join("; ")));
      });
      await s.remove("IP", other);
      await s.stays("it is counted once", () => s.using(outside.name, 2), 2);
      await ready(s, EIP, name);
    },
    { needs, stops: true },
  ),
  scenario(
    "F4.5",
    "a gateway that is deleted leaves no record of any of its interfaces, in whatever order the rest goes",
    async (s) => {
      const between = await sides(s),
        [one, two] = await gateways(s, between, 2),
        { outside, inside, vpc } = between;
      await s.remove("VpcNatGateway", one!);
      await noRecordsOf(s, one!);
      await s.remove("NetworkAttachmentDefinition", "ext");
      for (
        const [kind, name] of [["Subnet", outside.name], ["Subnet", inside.name], ["Vpc", vpc]] as const
      ) await s.remove(kind, name);
      await s.remove("VpcNatGateway", two!);
      await noRecordsOf(s, two!);
      await s.gone("VpcNatGateway", one!, two!);
      await s.gone("Subnet", outside.name, inside.name);
      await s.gone("Vpc", vpc);
    },
    { needs },
  ),
  scenario("F4.6", "what lies in the excluded addresses is neither in use nor available", async (s) => {
    const between = await sides(s), { outside } = between, [gateway] = await gateways(s, between, 1);
    const [first, second, third] = [9, 10, 11].map((n) => outside.ip(n));
    await s.patch("Subnet", outside.name, { spec: { excludeIps: [outside.ip(1), `${first}..${third}`] } });
    await s.eventually(
      "ten are left",
      async () => (await s.counts(outside.name)).v4availableIPs === HOSTS - 4,
    );
    const before = await s.counts(outside.name), name = s.own("vip");
    await ready(s, EIP, await eip(s, between, gateway!, { v4ip: first }));
    await s.create(ovn("Vip", name, { subnet: outside.name, v4ip: second }));
    await s.eventually(
      "the Vip has its address",
      async () => (await s.see("Vip", name)).status?.v4ip === second,
    );
    await s.create(attached(between, "web", { ip_address: third! }));
    await s.told("web", between);
    await s.stays("nothing is counted", async () => same("counters", await s.counts(outside.name), before));
  }, { needs }),
  scenario("F4.7", "an address of one family changes the counters of that family", async (s) => {
    const between = await sides(s, { dual: true }), { outside } = between;
    const counters = async () => {
      const { v4usingIPs, v6usingIPs } = await s.counts(outside.name);
      return [v4usingIPs, v6usingIPs];
    };
    const settles = (wanted: readonly number[]) =>
      s.eventually(`${wanted} in use`, async () => same("counters", await counters(), wanted));
    await settles([0, 0]);
    await s.create(attached(between, "six", { ip_family: "ipv6" }));
    await s.told("six", between);
    await settles([0, 1]);
    const [gateway] = await gateways(s, between, 1);
    await ready(s, EIP, await eip(s, between, gateway!, { v4ip: outside.ip(9) }));
    await settles([2, 2]);
  }, { needs }),
  scenario(
    "F4.8",
    "an EIP that has its address counts though it is not ready; one that got none does not",
    async (s) => {
      const between = await sides(s), { outside } = between;
      const waiting = await eip(s, between, s.own("no-such-gateway"), { v4ip: outside.ip(9) });
      await s.using(outside.name, 1);
      same("ready", (await s.see(EIP, waiting)).status?.ready ?? false, false);
      const refused = await eip(s, between, s.own("no-such-gateway"), { v4ip: outside.ip(9) });
      await s.said(EIP, refused, "AddressConflict");
      await s.stays("one is counted", () => s.using(outside.name, 1), 2);
    },
    { needs, ours: true },
  ),
  scenario("F4.9", "a Vip that a pod wears counts once; a Vip and an EIP of one name are two", async (s) => {
    const net = await s.net(), worn = s.own("worn"), between = await sides(s), twin = s.own("twin");
    await s.create(ovn("Vip", worn, { subnet: net.name }));
    const ip = await s.eventually(
      "the Vip has an address",
      async () => (await s.see("Vip", worn)).status?.v4ip ?? false,
    );
    same("the pod's", (await s.pod("web", ask({ logical_switch: net.name, vip: worn }))).ip, ip);
    await s.using(net.name, 1);
    await s.remove("Pod", "web");
    await s.gone("Pod", "web");
    await s.stays("the Vip has it still", () => s.using(net.name, 1), 2);
    const [gateway] = await gateways(s, between, 1);
    await s.create(ovn("Vip", twin, { subnet: between.outside.name }));
    await s.create(ovn(EIP, twin, { natGwDp: gateway, externalSubnet: between.outside.name }));
    await ready(s, EIP, twin);
    await s.using(between.outside.name, 3);
    await s.remove("Vip", twin);
    await s.using(between.outside.name, 2);
    await ready(s, EIP, twin);
  }, { needs }),
  scenario("F4.10", "gateways made and deleted again and again leave nothing in use", async (s) => {
    const between = await sides(s);
    for (let round = 0; round < 4; round++) {
      const names = await gateways(s, between, 2);
      for (const name of names) await s.remove("VpcNatGateway", name);
      await s.gone("VpcNatGateway", ...names);
      for (const name of names) await noRecordsOf(s, name);
    }
    await s.using(between.outside.name, 0);
    await s.using(between.inside.name, 0);
  }, { needs }),
  scenario(
    "F4.11",
    "all counters and ranges are the same after a restart, with holders of one family and of two",
    async (s) => {
      const net = await s.net({}, { dual: true }), here = { logical_switch: net.name };
      await s.pod("four", ask({ ...here, ip_family: "ipv4" }));
      await s.pod("both", ask(here));
      await s.create(ovn("Vip", s.own("vip"), { subnet: net.name }));
      await s.using(net.name, 3);
      await s.eventually("two of IPv6", async () => (await s.counts(net.name)).v6usingIPs === 2);
      const before = await s.counts(net.name);
      await s.controller!.crash();
      await s.pod("later", ask({ ...here, ip_family: "ipv4" }));
      await s.remove("Pod", "later");
      await s.using(net.name, 3);
      // What was drawn and given back goes to the end of the queue, not out of the range.
      same("counters and ranges", await s.counts(net.name), before);
    },
    { stops: true },
  ),
  scenario(
    "F4.12",
    "an address kept for a pod that is away counts once; when its set is scaled down it does not",
    async (s) => {
      const net = await s.net(),
        quota = {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "none" },
          spec: { hard: { pods: "0" } },
        };
      await s.create(statefulSet("web", { replicas: 2, annotations: ask({ logical_switch: net.name }) }));
      await s.told("web-1");
      await s.using(net.name, 2);
      await s.create(quota);
      await s.remove("Pod", "web-1");
      await s.gone("Pod", "web-1");
      await s.stays("it is counted", () => s.using(net.name, 2));
      await s.patch("StatefulSet", "web", { spec: { replicas: 0 } });
      await s.using(net.name, 0);
    },
  ),
];

async function addsUp(s: Stage, { name }: Net): Promise<void> {
  const { v4usingIPs, v4availableIPs } = await s.counts(name);
  same("in use and available", v4usingIPs + v4availableIPs, HOSTS);
}

/** A pod with an interface outside as well. */
function attached({ provider }: Sides, name: string, values: Readonly<Record<string, string>>): Json {
  const [nad, namespace] = provider.split(".");
  const networks = { "k8s.v1.cni.cncf.io/networks": `${namespace}/${nad}` };
  const containers = [{ name: "main", image: "registry.k8s.io/pause:3.10" }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, annotations: { ...ask(values, provider), ...networks } },
    spec: { containers },
  };
}
