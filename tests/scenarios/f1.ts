/** F1: pods and what they stand on are deleted together (#4898). */
import type { Json } from "../../kube/api.ts";
import { block } from "./addresses.ts";
import { sides } from "./gateways.ts";
import { inTurn } from "./in_turn.ts";
import { ask, attachment, deployment, ovn, pod, statefulSet } from "./manifests.ts";
import { same } from "./same.ts";
import { scenario } from "./scenario.ts";
import { pause } from "./pause.ts";
import type { Net, Stage } from "./stage.ts";

/**
 * Of F1.1; each is a world of its own, several at once. A hundred of them, with 30 pods each, would take four minutes
 * of a processor. `tests/e2e/deletion_test.ts` has 100 rounds, of six pods each, at moments between any two writes.
 */
const ROUNDS = 12;
const NAD = "NetworkAttachmentDefinition", EIP = "IptablesEIP";
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

export const f1 = [
  scenario(
    "F1.1",
    "a Deployment and its Subnet, deleted together while pods are being made, leave nothing",
    async (s) => {
      const rounds = Array.from({ length: ROUNDS }, (_, i) => i);
      await inTurn(rounds, 3, async () => {
        const space = await s.space(), net = await s.net({ namespaces: [space] });
        const web = deployment("web", 30);
        await s.create({ ...web, metadata: { ...web.metadata, namespace: space } });
        await pause(100 + Math.random() * 1_900);
        await Promise.all([s.remove("Deployment", `${space}/web`), s.remove("Subnet", net.name)]);
        await s.gone("Subnet", net.name);
        await s.emptied(net.name);
        await s.eventually(
          "all pods are gone",
          async () => (await s.list("Pod", { namespace: space })).length === 0,
        );
      });
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
      await s.caughtUp();
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
    "a controller that is killed between any two steps of an allocation, while the pods are deleted, leaks nothing",
    async (s) => {
      const net = await s.net();
      /** Each is the sign of a step that is done. */
      const steps: readonly (readonly [kind: string, (object: Json) => boolean])[] = [
        ["Pod", ({ spec }) => !!spec.nodeName],
        ["IP", ({ spec }) => spec.subnet === net.name],
        ["AddressClaim", ({ spec }) => spec.subnet === net.name],
        ["Pod", ({ metadata }) => metadata.annotations?.["ovn.kubernetes.io/allocated"] === "true"],
      ];
      for (const [i, [kind, isDone]] of [...steps, ...steps, ...steps].entries()) {
        const name = `web-${i}`;
        const isNew = (object: Json) =>
          isDone(object) && (kind !== "Pod" || object.metadata.labels?.app === name);
        const done = s.first(kind, isNew);
        await s.create(deployment(name, 20, ask({ logical_switch: net.name })));
        await done;
        await s.controller!.crash(() => s.remove("Deployment", name));
        await s.emptied(net.name);
      }
      await s.using(net.name, 0);
      await s.remove("Subnet", net.name);
      await s.gone("Subnet", net.name);
    },
    // Its kills are to hit its own pods.
    { stops: true, alone: true, needs: ["AddressClaim"] },
  ),
  scenario("F1.8", "a Subnet that was edited into nonsense can be deleted once it is not used", async (s) => {
    const nonsense = [
      ["vlan", "does-not-exist"],
      ["gateway", "192.0.2.1"],
      ["cidrBlock", "nonsense"],
    ] as const;
    await Promise.all(nonsense.map(async ([field, value], i) => {
      const spec = { [field]: value };
      const net = await s.net();
      await s.pod(`web-${i}`, ask({ logical_switch: net.name }));
      const { outcome } = await s.edits("Subnet", net.name, { spec });
      // What can never work may be refused; then there is nothing to see.
      if (outcome === "ok") await s.said("Subnet", net.name, "Ready=False", value);
      else if (outcome !== "invalid") throw new Error(`${JSON.stringify(spec)}: ${outcome}`);
      await s.remove("Subnet", net.name);
      await s.remove("Pod", `web-${i}`);
      await s.gone("Subnet", net.name);
      await s.emptied(net.name);
    }));
  }),
  scenario(
    "F1.9",
    "a Subnet stays for a pod on an excluded address, and for one that has a MAC alone, which no counter shows",
    async (s) => {
      const range = block(), ip = range.ip(50), vlan = s.own("vlan");
      const excluded = s.own("net"), macs = s.own("macs"), nets = [excluded, macs];
      await s.create(
        ovn("Vlan", vlan, { id: 0 }),
        ovn("Subnet", excluded, { cidrBlock: range.cidr, excludeIps: [ip] }),
        ovn("Subnet", macs, { vlan }),
      );
      for (const name of nets) await s.ready(name);
      const { ip: told } = await s.pod("excluded", ask({ logical_switch: excluded, ip_address: ip }));
      const bare = await s.pod("bare", ask({ logical_switch: macs }));
      same("what the pods have", [told, bare.ip, MAC.test(bare.mac), bare.subnet], [ip, "", true, macs]);
      for (const name of nets) {
        await s.using(name, 0);
        await s.remove("Subnet", name);
      }
      await s.stays("the Subnets are there", () => Promise.all(nets.map((name) => s.see("Subnet", name))));
      for (const name of ["excluded", "bare"]) await s.remove("Pod", name);
      for (const name of nets) await s.gone("Subnet", name);
    },
  ),
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
    "a Subnet that comes back under its name with another block, while pods of the former end, shows nothing of it",
    async (s) => {
      const net = await s.net(), other = block(), here = ask({ logical_switch: net.name });
      const old = ["old-0", "old-1", "old-2"];
      // A finalizer keeps a pod that is going until somebody removes it.
      for (const name of old) {
        const body = pod(name, here);
        await s.create({ ...body, metadata: { ...body.metadata, finalizers: ["example.org/not-yet"] } });
      }
      for (const name of old) await s.told(name);
      for (const name of old) await s.remove("Pod", name);
      await s.forceRemove("Subnet", net.name);
      await s.create(ovn("Subnet", net.name, { cidrBlock: other.cidr }));
      await s.ready(net.name);
      await s.create(deployment("new", 5, here));
      await s.eventually("five new pods have addresses", async () => {
        const pods = await s.list("Pod", { labelSelector: "app=new" });
        const given = pods.map(({ metadata }) =>
          metadata.annotations?.["ovn.kubernetes.io/ip_address"] ?? ""
        );
        const stranger = given.find((ip) => ip !== "" && !ip.startsWith(other.ip(0).slice(0, -1)));
        if (stranger) throw new Error(`${stranger} is not of ${other.cidr}`);
        return given.length === 5 && !given.includes("");
      });
      await s.stays("five are in use", () => s.using(net.name, 5));
      for (const name of old) await s.patch("Pod", name, { metadata: { finalizers: null } });
      await s.gone("IP", ...old.map((name) => s.recordName(name)));
      await s.using(net.name, 5);
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
    "a Subnet waits for its Vips and EIPs; one that was removed by force does not keep them from going",
    async (s) => {
      const [held, forced] = [(await sides(s, {}, "held")).outside, (await sides(s, {}, "forced")).outside];
      const both = [held, forced].map(({ name }, i) => ({
        subnet: name,
        vip: s.own(`vip${i}`),
        eip: s.own(`eip${i}`),
      }));
      for (const { subnet, vip, eip } of both) {
        await s.create(
          ovn("Vip", vip, { subnet }),
          ovn(EIP, eip, { natGwDp: s.own("no-such-gateway"), externalSubnet: subnet }),
        );
        await s.eventually("both have addresses, and the Subnet counts them", async () => {
          const [{ status: one }, { status: other }] = [await s.see("Vip", vip), await s.see(EIP, eip)];
          return !!one?.v4ip && !!other?.ip && (await s.counts(subnet)).v4usingIPs === 2;
        });
      }
      const [one, two] = both as [typeof both[0], typeof both[0]];
      await s.remove("Subnet", one.subnet);
      await s.stays("the Subnet is there", () => s.see("Subnet", one.subnet));
      await s.remove("Vip", one.vip);
      await s.gone("Vip", one.vip);
      await s.stays("the Subnet is still there", () => s.see("Subnet", one.subnet), 2);
      await s.remove(EIP, one.eip);
      await s.gone("Subnet", one.subnet);
      await s.forceRemove("Subnet", two.subnet);
      await s.remove("Vip", two.vip);
      await s.remove(EIP, two.eip);
      await s.gone("Vip", two.vip);
      await s.gone(EIP, one.eip, two.eip);
    },
    { needs: [NAD], ours: true },
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
