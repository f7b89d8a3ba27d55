/** Addresses that were never given back. */
import { eip, gateways, noRecordsOf, ready, recordsOf, sides } from "../gateways.ts";
import { podIn, second } from "../interfaces.ts";
import { machine } from "../machines.ts";
import { ask, attachment, deployment, ovn, statefulSet } from "../manifests.ts";
import { distinct, same } from "../same.ts";
import { scenario } from "../scenario.ts";

const NAD = "NetworkAttachmentDefinition", needs = [NAD], EIP = "IptablesEIP", GATEWAY = "VpcNatGateway";

export const leaks = [
  scenario("#943", "of a pod with three interfaces every record goes with the pod", async (s) => {
    const [main, one, two] = [await s.net(), await second(s, "one"), await second(s, "two")];
    await s.create(podIn(s, "web", main, ["one", "two"]));
    for (const { provider } of [one, two]) await s.told("web", { provider });
    await s.remove("Pod", "web");
    await s.gone(
      "IP",
      s.recordName("web"),
      s.recordName("web", one.provider),
      s.recordName("web", two.provider),
    );
    for (const { name } of [main, one, two]) await s.using(name, 0);
  }, { needs }),
  scenario(
    "#2001",
    "a pod that is deleted as soon as it is made leaves nothing in the networks it was attached to",
    async (s) => {
      const [main, one] = [await s.net(), await second(s, "one")];
      for (let i = 0; i < 10; i++) {
        await s.create(podIn(s, `web-${i}`, main, ["one"]));
        await s.remove("Pod", `web-${i}`, { gracePeriodSeconds: 0 });
      }
      for (const { name } of [main, one]) await s.emptied(name);
    },
    { needs },
  ),
  scenario(
    "#2125",
    "no record is left of a StatefulSet and its pods that were deleted while nobody looked",
    async (s) => {
      const net = await s.net();
      await s.create(statefulSet("web", { replicas: 2, annotations: ask({ logical_switch: net.name }) }));
      await s.told("web-1");
      await s.without(async () => {
        await s.remove("StatefulSet", "web");
        await s.gone("Pod", "web-0", "web-1");
      });
      await s.emptied(net.name);
    },
    { stops: true },
  ),
  scenario("#841", "a Deployment with a list of as many addresses as pods rolls to its end", async (s) => {
    const net = await s.net(), ip_pool = [10, 11, 12].map((n) => net.ip(n)).join();
    const strategy = { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
    await s.create(deployment("web", 3, ask({ logical_switch: net.name, ip_pool }), { strategy }));
    const rolled = (generation: number) =>
      s.eventually("the Deployment is rolled out", async () => {
        const { status = {} } = await s.see("Deployment", "web");
        return status.observedGeneration >= generation && status.updatedReplicas === 3 &&
          status.replicas === 3 && status.availableReplicas === 3;
      });
    await rolled(1);
    await s.patch("Deployment", "web", { spec: { template: { metadata: { labels: { round: "two" } } } } });
    await rolled(2);
    await s.using(net.name, 3);
  }),
  scenario(
    "#4210",
    "a pod whose second network has no address left holds none, or one, of its first",
    async (s) => {
      const [main, one] = [await s.net(), await second(s, "one", { prefix: 30 })];
      await s.create(podIn(s, "first", main, ["one"]));
      await s.told("first", one);
      await s.create(podIn(s, "second", main, ["one"]));
      await s.said("Pod", "second", "NoAvailableAddress");
      await s.stays("the first network is not drained", async () => {
        const { length } = await s.records(main.name);
        if (length > 2) throw new Error(`${length} records`);
      }, 5);
      await s.remove("Pod", "first");
      await s.told("second", one);
    },
    { needs },
  ),
  scenario(
    "#4922",
    "an EIP whose creation got stuck gives its address back when it is deleted",
    async (s) => {
      const between = await sides(s), name = await eip(s, between, s.own("no-such-gateway"));
      await s.using(between.outside.name, 1);
      await s.remove(EIP, name);
      await s.gone(EIP, name);
      await s.using(between.outside.name, 0);
      const [gateway] = await gateways(s, between, 1);
      const other = await eip(s, between, gateway!);
      await ready(s, EIP, other);
      await s.remove(EIP, other);
      await s.gone(EIP, other);
      await s.using(between.outside.name, 1);
    },
    { needs },
  ),
  scenario(
    "#5115",
    "a floating address that is created and deleted at once leaves nothing, and its EIP can go",
    async (s) => {
      const between = await sides(s),
        [gateway] = await gateways(s, between, 1),
        name = await eip(s, between, gateway!);
      await ready(s, EIP, name);
      for (let i = 0; i < 5; i++) {
        await s.create(
          ovn("IptablesFIPRule", s.own(`fip${i}`), { eip: name, internalIp: between.inside.ip(20) }),
        );
        await s.remove("IptablesFIPRule", s.own(`fip${i}`));
      }
      await s.remove(EIP, name);
      await s.gone(EIP, name);
      for (let i = 0; i < 5; i++) await s.gone("IptablesFIPRule", s.own(`fip${i}`));
    },
    { needs },
  ),
  scenario("#5688", "what gateways left behind while nobody looked is cleared away", async (s) => {
    const between = await sides(s),
      [one, two] = await gateways(s, between, 2),
      name = await eip(s, between, one!);
    await ready(s, EIP, name);
    await s.without(async () => {
      await s.remove(EIP, name);
      await s.forceRemove(GATEWAY, one!);
    });
    await s.gone(EIP, name);
    await noRecordsOf(s, one!);
    await s.using(between.outside.name, 1);
    await ready(s, GATEWAY, two!);
  }, { needs, stops: true }),
  scenario(
    "#4931",
    "a gateway that moves to another external Subnet gives its former address back",
    async (s) => {
      const between = await sides(s),
        [gateway] = await gateways(s, between, 1),
        provider = `other.${s.namespace}`;
      await s.create(attachment("other", provider, "macvlan"));
      const other = await s.net({ provider });
      await s.patch(GATEWAY, gateway!, { spec: { externalSubnets: [other.name] } });
      await s.using(other.name, 1);
      await s.using(between.outside.name, 0);
    },
    { needs },
  ),
  scenario(
    "#4200",
    "a gateway that restarts has its addresses again, and no others beside them",
    async (s) => {
      const between = await sides(s),
        [gateway] = await gateways(s, between, 1),
        names = await recordsOf(s, gateway!);
      const addresses = () =>
        Promise.all(names.map(async (name) => (await s.see("IP", name)).spec.v4IpAddress));
      const before = await addresses(), pod = `kube-system/vpc-nat-gw-${gateway}-0`;
      const { metadata: { uid } } = await s.see("Pod", pod);
      await s.remove("Pod", pod);
      await s.told(pod, { instead: uid });
      await ready(s, GATEWAY, gateway!);
      same("addresses", await addresses(), before);
      await s.using(between.outside.name, 1);
    },
    { needs },
  ),
  scenario(
    "#5367",
    "a virtual machine that is stopped, and deleted then, gives its address back without any event of a pod",
    async (s) => {
      const net = await s.net(), { stop, remove } = await machine(s, "vm", ask({ logical_switch: net.name }));
      await s.told("virt-launcher-vm-1");
      await stop();
      await s.stays("the stopped machine keeps it", () => s.see("IP", s.recordName("vm")));
      await remove();
      await s.emptied(net.name);
    },
    { needs: ["VirtualMachine"] },
  ),
  scenario(
    "#3190",
    "after any order of pods with and without a fixed address, every address can be had again",
    async (s) => {
      const net = await s.net({}, { prefix: 28 }), free = 13, here = { logical_switch: net.name };
      const living: string[] = [];
      for (let i = 0; i < 40; i++) {
        const name = `web-${i}`, host = 2 + Math.floor(Math.random() * free);
        const isHeld = (await s.records(net.name)).some(({ spec }) => spec.v4IpAddress === net.ip(host));
        const end = living.length >= 8 || Math.random() < 0.4
          ? living.splice(Math.floor(Math.random() * living.length), 1)[0]
          : undefined;
        if (end) await s.remove("Pod", end);
        else {
          await s.pod(
            name,
            ask({ ...here, ...(isHeld || Math.random() < 0.5 ? {} : { ip_address: net.ip(host) }) }),
          );
          living.push(name);
        }
      }
      for (const name of living) await s.remove("Pod", name);
      await s.using(net.name, 0);
      await s.create(deployment("all", free, ask(here)));
      distinct("addresses", (await s.recorded(net.name, free)).map(({ spec }) => spec.v4IpAddress));
    },
  ),
  scenario("#4243", "a Subnet whose attachment was deleted first goes with its last pod", async (s) => {
    const [main, one] = [await s.net(), await second(s, "one")];
    await s.create(podIn(s, "web", main, ["one"]));
    await s.told("web", one);
    await s.remove(NAD, "one");
    await s.remove("Subnet", one.name);
    await s.remove("Pod", "web");
    await s.gone("Subnet", one.name);
  }, { needs }),
];
