/** F4: what the counters of an external Subnet say (#4747). */
import type { Json } from "../../kube/api.ts";
import { spread } from "./addresses.ts";
import { eip, gateways, noRecordsOf, ready, type Sides, sides } from "./gateways.ts";
import { ask, attachment, ovn, pod, record, statefulSet } from "./manifests.ts";
import { pause } from "./pause.ts";
import { admitNoPods } from "./quota.ts";
import { same } from "./same.ts";
import { scenario } from "./scenario.ts";

const NAD = "NetworkAttachmentDefinition", needs = [NAD], EIP = "IptablesEIP", GATEWAY = "VpcNatGateway";
/** Host addresses of a /28, less its gateway. */
const HOSTS = 13;

export const f4 = [
  scenario(
    "F4.1",
    "three gateways and five EIPs are eight addresses, and the counters add up at every moment",
    async (s) => {
      const between = await sides(s), { outside } = between;
      await s.watched("Subnet", outside.name, addsUp, async () => {
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
    await s.refused("web", "AddressConflict", v4ip);
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
        // The younger of the two, by a clock of seconds.
        await pause(1_100);
        await s.create(ovn(EIP, name, { natGwDp: gateway, externalSubnet: outside.name, v4ip: ip }));
        await s.forces(EIP, name, { status: { ip, ready: true } }, "status");
      });
      await s.using(outside.name, 2);
      await s.said(EIP, name, "AddressConflict", other);
      await s.stays("it is counted once", () => s.using(outside.name, 2), 2);
      await s.remove("IP", other);
      await ready(s, EIP, name);
      await s.stays("it is in use by the other", () => s.using(outside.name, 2), 2);
    },
    { needs, stops: true },
  ),
  scenario(
    "F4.5",
    "a gateway that is deleted leaves no record of any of its interfaces, in whatever order it and the rest go",
    async (s) => {
      const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
      await Promise.all(orders.map(async (order, i) => {
        const nads = [`out-${i}`, `ext-${i}`] as const, provider = `${nads[0]}.${s.namespace}`;
        await s.create(attachment(nads[0], provider, "macvlan"));
        const further = await s.net({ provider }, { prefix: 28 });
        const between = await sides(s, {}, nads[1]), { inside, outside, vpc } = between;
        const [gateway] = await gateways(s, between, 1, [further.name]);
        for (const net of [inside, outside, further]) await s.using(net.name, 1);
        const remove = (...all: readonly (readonly [kind: string, name: string])[]) => async () => {
          for (const [kind, name] of all) await s.remove(kind, name);
        };
        const removals = [
          remove([GATEWAY, gateway!]),
          remove(...nads.map((nad) => [NAD, nad] as const)),
          remove(["Subnet", outside.name], ["Subnet", further.name], ["Subnet", inside.name], ["Vpc", vpc]),
        ];
        for (const what of order) await removals[what]!();
        await noRecordsOf(s, gateway!);
        await s.gone(GATEWAY, gateway!);
        await s.gone("Subnet", outside.name, further.name, inside.name);
        await s.gone("Vpc", vpc);
      }));
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
    for (let round = 0; round < 5; round++) {
      const names = await gateways(s, between, 4);
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
      const net = await s.net({}, { dual: true }), here = { logical_switch: net.name }, vip = s.own("vip");
      const { outside } = await sides(s, { dual: true }), eip = s.own("eip");
      await s.pod("four", ask({ ...here, ip_family: "ipv4" }));
      await s.pod("both", ask(here));
      await s.create(
        ovn("Vip", vip, { subnet: net.name }),
        ovn(EIP, eip, { natGwDp: s.own("none"), externalSubnet: outside.name, v4ip: outside.ip(9) }),
      );
      const counts = async () => [await s.counts(net.name), await s.counts(outside.name)];
      await s.eventually("all are counted", async () => {
        const using = (await counts()).flatMap(({ v4usingIPs, v6usingIPs }) => [v4usingIPs, v6usingIPs]);
        same("in use", using, [3, 2, 1, 0]);
      });
      // Counters are ahead of what is held.
      const taken: string = await s.eventually(
        "Vip and EIP show their addresses",
        async () => (await s.see(EIP, eip)).status?.ip && (await s.see("Vip", vip)).status?.v6ip || false,
      );
      const before = await counts();
      await s.controller!.crash();
      await s.stays("counters and ranges are the same", async () => same("they", await counts(), before));
      // What it serves now it has learned after its restart.
      await s.pod("later", ask({ ...here, ip_family: "ipv4" }));
      await s.create(pod("thief", ask({ ...here, ip_address: taken })));
      await s.refused("thief", "AddressConflict", vip);
      for (const name of ["later", "thief"]) await s.remove("Pod", name);
      await s.eventually(
        "… and again when who came is gone",
        async () => same("they", await counts(), before),
      );
    },
    { stops: true, needs, ours: true },
  ),
  scenario(
    "F4.12",
    "an address kept for a pod that is away counts once; when its set is scaled down it does not",
    async (s) => {
      const net = await s.net();
      await s.create(statefulSet("web", { replicas: 2, annotations: ask({ logical_switch: net.name }) }));
      await s.told("web-1");
      await s.using(net.name, 2);
      await admitNoPods(s);
      await s.remove("Pod", "web-1");
      await s.gone("Pod", "web-1");
      await s.stays("it is counted", () => s.using(net.name, 2));
      await s.patch("StatefulSet", "web", { spec: { replicas: 0 } });
      await s.using(net.name, 0);
    },
  ),
];

/** Of every version of an external Subnet: its counters are those of its ranges, and together they are all hosts. */
function addsUp({ status = {} }: Json): void {
  const { v4usingIPs, v4availableIPs, v4usingIPrange, v4availableIPrange } = status;
  if (v4availableIPs === undefined) return;
  const [inUse, free] = [v4usingIPrange, v4availableIPrange].map((range) => spread(range ?? ""));
  same("counters", [v4usingIPs ?? 0, v4availableIPs], [inUse!.length, free!.length]);
  same("hosts", new Set([...inUse!, ...free!]).size, HOSTS);
  same("in use and available", inUse!.length + free!.length, HOSTS);
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
