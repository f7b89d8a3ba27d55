/** F1: pods and what they stand on are deleted together (#4898). */
import { same } from "./same.ts";
import { block } from "./addresses.ts";
import { ask, attachment, deployment, ovn, pod, statefulSet } from "./manifests.ts";
import { scenario } from "./scenario.ts";
import { type Net, pause, type Stage } from "./stage.ts";

const ROUNDS = 5;
const NAD = "NetworkAttachmentDefinition";

export const f1 = [
  scenario(
    "F1.1",
    "a Deployment and its Subnet, deleted together while pods are being made, leave nothing",
    async (s) => {
      for (let round = 0; round < ROUNDS; round++) {
        const net = await s.net({ namespaces: [s.namespace] });
        await s.create(deployment(`web-${round}`, 30));
        await pause(100 + Math.random() * 1_900);
        await Promise.all([s.remove("Deployment", `web-${round}`), s.remove("Subnet", net.name)]);
        await s.gone("Subnet", net.name);
        await s.emptied(net.name);
        await s.eventually("all pods are gone", async () => (await s.list("Pod")).length === 0);
      }
    },
  ),
  scenario(
    "F1.2",
    "a Subnet that is going takes no new pod, but one of a StatefulSet back; created again, it serves who waited",
    async (s) => {
      const net = await s.net(), here = ask({ logical_switch: net.name });
      await s.create(statefulSet("web", { replicas: 1, annotations: here }));
      const { ip } = await s.told("web-0");
      await s.remove("Subnet", net.name);
      await s.create(pod("late", here));
      await s.refused("late", net.name);
      same("the address of web-0", (await s.replaced("web-0")).ip, ip);
      await s.remove("StatefulSet", "web");
      await s.gone("Subnet", net.name);
      await s.create(ovn("Subnet", net.name, { cidrBlock: net.cidr }));
      await s.told("late");
    },
  ),
  scenario(
    "F1.3",
    "a Subnet that is deleted stays while a pod uses it, and goes after the pod",
    async (s) => {
      const net = await s.net();
      await s.pod("web", ask({ logical_switch: net.name }));
      await s.remove("Subnet", net.name);
      await s.stays("the Subnet is there", () => s.see("Subnet", net.name));
      await s.remove("Pod", "web");
      await s.gone("Subnet", net.name);
      await s.gone("IP", s.recordName("web"));
    },
  ),
  scenario("F1.4", "records of a Subnet that was removed by force go with their pods", async (s) => {
    const net = await s.net(), here = ask({ logical_switch: net.name });
    await s.pod("stays", here);
    await s.pod("goes", here);
    await Promise.all([s.remove("Pod", "goes"), s.forceRemove("Subnet", net.name)]);
    await s.gone("Subnet", net.name);
    await s.gone("IP", s.recordName("goes"));
    await s.remove("Pod", "stays");
    await s.gone("IP", s.recordName("stays"));
  }),
  scenario(
    "F1.5",
    "of a pod with three interfaces every record goes, in whatever order attachments, Subnets and pod are deleted",
    async (s) => {
      const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
      await Promise.all(orders.map(async (order, i) => {
        const { nets, remove } = await threefold(s, `web-${i}`);
        for (const what of order) await remove[what]!();
        for (const { name } of nets) {
          await s.gone("Subnet", name);
          await s.emptied(name);
        }
      }));
    },
    { needs: [NAD] },
  ),
  scenario(
    "F1.6",
    "a namespace that goes with its pods, attachments and Subnets leaves no record",
    async (s) => {
      const { nets } = await threefold(s, "web");
      await Promise.all([
        s.remove("Namespace", s.namespace),
        ...nets.map(({ name }) => s.remove("Subnet", name)),
      ]);
      for (const { name } of nets) {
        await s.gone("Subnet", name);
        await s.emptied(name);
      }
    },
    { needs: [NAD] },
  ),
  scenario(
    "F1.7",
    "a controller that is killed again and again, while pods come and go, leaks nothing",
    async (s) => {
      const net = await s.net({ namespaces: [s.namespace] });
      for (let round = 0; round < ROUNDS; round++) {
        const name = `web-${round}`;
        await s.create(deployment(name, 20));
        await pause(Math.random() * 500);
        await s.controller!.crash();
        await s.remove("Deployment", name);
      }
      await s.emptied(net.name);
      await s.using(net.name, 0);
      await s.remove("Subnet", net.name);
      await s.gone("Subnet", net.name);
    },
    { stops: true },
  ),
  scenario("F1.8", "a Subnet that was edited into nonsense can be deleted once it is not used", async (s) => {
    const nonsense = [{ vlan: "does-not-exist" }, { gateway: "192.0.2.1" }, { cidrBlock: "nonsense" }];
    await Promise.all(nonsense.map(async (spec, i) => {
      const net = await s.net();
      await s.pod(`web-${i}`, ask({ logical_switch: net.name }));
      const { outcome } = await s.edits("Subnet", net.name, { spec });
      // What can never work may be refused; then there is nothing to see.
      if (outcome !== "ok" && outcome !== "invalid") throw new Error(`${JSON.stringify(spec)}: ${outcome}`);
      await s.remove("Subnet", net.name);
      await s.remove("Pod", `web-${i}`);
      await s.gone("Subnet", net.name);
      await s.emptied(net.name);
    }));
  }),
  scenario("F1.9", "a Subnet stays for a pod on an excluded address, which no counter shows", async (s) => {
    const range = block(), ip = range.ip(50);
    const name = s.own("net");
    await s.create(ovn("Subnet", name, { cidrBlock: range.cidr, excludeIps: [ip] }));
    await s.ready(name);
    await s.pod("web", ask({ logical_switch: name, ip_address: ip }));
    await s.using(name, 0);
    await s.remove("Subnet", name);
    await s.stays("the Subnet is there", () => s.see("Subnet", name));
    await s.remove("Pod", "web");
    await s.gone("Subnet", name);
  }),
  scenario("F1.10", "a dual-stack Subnet stays for a pod that has only an IPv6 address of it", async (s) => {
    const net = await s.net({}, { dual: true }), here = { logical_switch: net.name };
    await s.pod("four", ask({ ...here, ip_family: "ipv4" }));
    await s.pod("six", ask({ ...here, ip_family: "ipv6" }));
    await Promise.all([s.remove("Subnet", net.name), s.remove("Pod", "four")]);
    await s.gone("IP", s.recordName("four"));
    await s.stays("the Subnet is there", () => s.see("Subnet", net.name));
    await s.remove("Pod", "six");
    await s.gone("Subnet", net.name);
  }),
  scenario(
    "F1.11",
    "a Subnet that comes back under its name with another block shows nothing of the former",
    async (s) => {
      const net = await s.net({ namespaces: [s.namespace] }), other = block();
      await s.create(deployment("old", 5));
      await s.using(net.name, 5);
      await Promise.all([s.remove("Deployment", "old"), s.remove("Subnet", net.name)]);
      const body = ovn("Subnet", net.name, { cidrBlock: other.cidr, namespaces: [s.namespace] });
      await s.eventually("the name is free", async () => (await s.tries(body)).outcome === "ok");
      await s.ready(net.name);
      const { ip } = await s.pod("new", ask({ logical_switch: net.name }));
      if (!ip.startsWith(other.ip(0).slice(0, -1))) throw new Error(`${ip} is not of ${other.cidr}`);
      await s.using(net.name, 1);
    },
  ),
  scenario(
    "F1.12",
    "what was deleted by force while no controller worked is cleared away when it is back",
    async (s) => {
      const net = await s.net(), here = ask({ logical_switch: net.name });
      await Promise.all(["one", "two"].map((name) => s.pod(name, here)));
      await s.without(async () => {
        await s.remove("Subnet", net.name);
        for (const name of ["one", "two"]) {
          await s.remove("Pod", name, { gracePeriodSeconds: 0 });
          await s.gone("Pod", name);
        }
      });
      await s.gone("Subnet", net.name);
      await s.emptied(net.name);
    },
    { stops: true },
  ),
  scenario(
    "F1.13",
    "a Subnet waits for its Vips; one that was removed by force does not keep them from going",
    async (s) => {
      const [held, forced] = [await s.net(), await s.net()],
        names = [s.own("vip-a"), s.own("vip-b")] as const;
      await s.create(
        ovn("Vip", names[0], { subnet: held.name }),
        ovn("Vip", names[1], { subnet: forced.name }),
      );
      for (const name of names) {
        await s.eventually(
          `Vip ${name} has an address`,
          async () => !!(await s.see("Vip", name)).status?.v4ip,
        );
      }
      await s.remove("Subnet", held.name);
      await s.stays("the Subnet is there", () => s.see("Subnet", held.name));
      await s.remove("Vip", names[0]);
      await s.gone("Subnet", held.name);
      await s.forceRemove("Subnet", forced.name);
      await s.remove("Vip", names[1]);
      await s.gone("Vip", ...names);
    },
  ),
];

interface Threefold {
  readonly nets: readonly Net[];
  /** Of the attachments, of the Subnets, of the pod. */
  readonly remove: readonly (() => Promise<void>)[];
}

/** A pod with three interfaces: the default network, one of Kube-OVN, one of macvlan. */
async function threefold(s: Stage, name: string): Promise<Threefold> {
  const nads = [`${name}-net1`, `${name}-net2`] as const;
  const providers = [`${nads[0]}.${s.namespace}.ovn`, `${nads[1]}.${s.namespace}`] as const;
  await s.create(attachment(nads[0], providers[0]), attachment(nads[1], providers[1], "macvlan"));
  const [main, ...more] = [
    await s.net(),
    ...await Promise.all(providers.map((provider) => s.net({ provider }))),
  ];
  const networks = nads.map((nad) => `${s.namespace}/${nad}`).join();
  await s.pod(name, { ...ask({ logical_switch: main!.name }), "k8s.v1.cni.cncf.io/networks": networks });
  for (const provider of providers) await s.told(name, { provider });
  const nets = [main!, ...more];
  const all = (kind: string, names: readonly string[]) => async () => {
    for (const each of names) await s.remove(kind, each);
  };
  return { nets, remove: [all(NAD, nads), all("Subnet", nets.map((net) => net.name)), all("Pod", [name])] };
}
