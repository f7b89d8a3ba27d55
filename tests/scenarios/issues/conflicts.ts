/** Addresses that two had, or nobody could have. */
import type { Json } from "../../../kube/api.ts";
import { spread } from "../addresses.ts";
import { eip, gateways, sides } from "../gateways.ts";
import { joins, second } from "../interfaces.ts";
import { ask, deployment, ovn, pod, statefulSet } from "../manifests.ts";
import { distinct, same } from "../same.ts";
import { scenario } from "../scenario.ts";
import type { Stage } from "../stage.ts";

const needs = ["NetworkAttachmentDefinition"];
/** Of #4304. */
const CROWD = 1000;

export const conflicts = [
  scenario(
    "#4304",
    `after a restart with ${CROWD} pods, some of which are waiting or going, no address is given out twice`,
    async (s) => {
      const net = await s.net({}, { prefix: 21 }), here = ask({ logical_switch: net.name });
      const going = ["going-0", "going-1", "going-2"];
      // A finalizer keeps a pod that is going until somebody removes it.
      await s.create(
        deployment("web", CROWD - going.length, here),
        ...going.map((name) => {
          const body = pod(name, here);
          return { ...body, metadata: { ...body.metadata, finalizers: ["example.org/not-yet"] } };
        }),
      );
      const before = await s.eventually(`${CROWD} pods have addresses`, async () => {
        const told = await shown(s);
        return told.size === CROWD ? told : Promise.reject(new Error(`${told.size}`));
      });
      const unready = { status: { conditions: [{ type: "Ready", status: "False" }] } };
      await s.without(async () => {
        for (const name of going) await s.remove("Pod", name);
        await s.create(deployment("more", 20, here));
        const [one, two, three] = await s.list("Pod", { labelSelector: "app=web" });
        await Promise.all([one, two].map(({ metadata }) => s.remove("Pod", metadata.name)));
        await s.patch("Pod", three.metadata.name, unready, "status");
      });
      await s.eventually("all pods have addresses", async () => (await shown(s)).size === CROWD + 20);
      const after = await shown(s);
      distinct("addresses", [...after.values()]);
      for (const [name, ip] of before) if (after.has(name)) same(name, after.get(name), ip);
      for (const name of going) {
        same(name, after.get(name), before.get(name));
        await s.patch("Pod", name, { metadata: { finalizers: null } });
      }
    },
    { stops: true },
  ),
  scenario(
    "#1840",
    "of pods with fixed and drawn addresses, made all at once, no two have the same",
    async (s) => {
      const net = await s.net(), here = { logical_switch: net.name };
      const fixed = (n: number) => ({ ...here, ip_address: net.ip(2 + n) });
      await s.create(...Array.from({ length: 40 }, (_, i) => pod(`web-${i}`, ask(i % 2 ? here : fixed(i)))));
      await s.throughout(async () => distinct("addresses", [...(await addresses(s)).values()]), async () => {
        // Those that came too late for theirs wait until it is given back.
        await s.eventually("those with drawn addresses have one", async () => {
          const told = await addresses(s);
          return Array.from({ length: 20 }, (_, i) => `web-${2 * i + 1}`).every((name) => told.has(name));
        });
        for (let i = 1; i < 40; i += 2) await s.remove("Pod", `web-${i}`);
        await s.eventually("those with fixed ones as well", async () => (await addresses(s)).size === 20);
      });
      same("web-0", (await s.told("web-0")).ip, net.ip(2));
    },
  ),
  scenario(
    "#5522",
    "an address in use that is excluded, and no longer, stays its pod's all the time",
    async (s) => {
      const net = await s.net({}, { prefix: 29 }),
        here = ask({ logical_switch: net.name }),
        { ip } = await s.pod("web", here);
      const exclude = (excludeIps: readonly string[]) =>
        s.patch("Subnet", net.name, { spec: { excludeIps } });
      await s.throughout(async () => {
        distinct("addresses", [...(await addresses(s)).values()]);
        same("web", (await addresses(s)).get("web"), ip);
      }, async () => {
        await exclude([net.ip(1), ip]);
        await s.using(net.name, 0);
        await s.create(deployment("more", 4, here));
        await s.using(net.name, 4);
        await exclude([net.ip(1)]);
        await s.using(net.name, 5);
        await s.create(pod("late", here));
        await s.refused("late", "NoAvailableAddress");
      });
    },
  ),
  scenario("#7275", "an excluded address is never drawn, also not after a pool was edited", async (s) => {
    const net = await s.net({}, { prefix: 28 }), excluded = net.ip(4), name = s.own("pool");
    await s.patch("Subnet", net.name, { spec: { excludeIps: [net.ip(1), excluded] } });
    await s.create(ovn("IPPool", name, { subnet: net.name, ips: [`${net.ip(3)}..${net.ip(5)}`] }));
    await s.patch("IPPool", name, { spec: { ips: [`${net.ip(3)}..${net.ip(6)}`] } });
    // Who comes before both edits are known may get what was free until then.
    const left = [3, 5, 6].map((n) => net.ip(n));
    await s.eventually("the pool offers what is left of it", async () => {
      same("it", spread((await s.see("IPPool", name)).status?.v4AvailableIPRange ?? ""), left);
    });
    await s.create(
      deployment("web", 3, ask({ ip_pool: name })),
      deployment("other", 9, ask({ logical_switch: net.name })),
    );
    const given = (await s.recorded(net.name, 12)).map(({ spec }) => spec.v4IpAddress);
    distinct("addresses", given);
    same("the excluded one is among them", given.includes(excluded), false);
  }),
  scenario("#4001", "no two pods of a network have the same MAC", async (s) => {
    const net = await s.net(), mac_address = "02:00:00:12:34:56", here = { logical_switch: net.name };
    await s.pod("first", ask({ ...here, mac_address }));
    await s.create(pod("second", ask({ ...here, mac_address })));
    await s.refused("second", "AddressConflict");
    await s.create(deployment("web", 30, ask(here)));
    distinct("MACs", (await s.recorded(net.name, 31)).map(({ spec }) => spec.macAddress));
    await s.remove("Pod", "first");
    same("second", (await s.told("second")).mac, mac_address);
  }),
  scenario(
    "#2938",
    "a StatefulSet with two interfaces has both addresses again after a restart",
    async (s) => {
      const [main, one] = [await s.net(), await second(s, "one")];
      await s.create(statefulSet("web", { replicas: 1, annotations: joins(s, main, ["one"]) }));
      const both = async () => [(await s.told("web-0")).ip, (await s.told("web-0", one)).ip];
      const before = await both();
      for (let round = 0; round < 3; round++) {
        await s.replaced("web-0");
        same("addresses", await both(), before);
      }
    },
    { needs },
  ),
  scenario(
    "#6164",
    "after a restart the addresses of Vips are nobody else's, of either family, also of one that a pod wears",
    async (s) => {
      const net = await s.net({}, { prefix: 29, dual: true }),
        [plain, worn] = [s.own("plain"), s.own("worn")];
      await s.create(...[plain, worn].map((name) => ovn("Vip", name, { subnet: net.name })));
      const vips = await Promise.all(
        [plain, worn].map((name) =>
          s.eventually(`Vip ${name} has addresses`, async () => {
            const { v4ip, v6ip } = (await s.see("Vip", name)).status ?? {};
            return v4ip && v6ip ? [v4ip, v6ip] : false;
          })
        ),
      );
      same(
        "the pod wears",
        (await s.pod("web", ask({ logical_switch: net.name, vip: worn }))).ip,
        vips[1]!.join(),
      );
      await s.controller!.crash();
      await s.create(deployment("more", 3, ask({ logical_switch: net.name })));
      await s.eventually("all pods have addresses", async () => (await addresses(s)).size === 4);
      const given = [...(await addresses(s)).values()].flatMap((pair) => pair.split(","));
      distinct("addresses", [...given, ...vips[0]!]);
    },
    { stops: true },
  ),
  scenario("#2653", "of two namespaces that ask for one excluded address, one pod gets it", async (s) => {
    const net = await s.net({}), ip = net.ip(50), other = await s.space();
    await s.patch("Subnet", net.name, { spec: { excludeIps: [net.ip(1), ip] } });
    const asking = pod("web", ask({ logical_switch: net.name, ip_address: ip }));
    await s.create(asking, { ...asking, metadata: { ...asking.metadata, namespace: other } });
    const names = ["web", `${other}/web`];
    const told = await s.eventually("one of them has it", async () => {
      const pods = await Promise.all(names.map((name) => s.see("Pod", name)));
      return pods.find(isTold) ?? false;
    });
    const loser = told.metadata.namespace === other ? "web" : `${other}/web`;
    await s.refused(loser, "AddressConflict");
    await s.remove("Pod", loser === "web" ? `${other}/web` : "web");
    same("the other then", (await s.told(loser)).ip, ip);
  }),
  scenario(
    "#2536",
    "who asks for an address that is taken is told who has it: a pod, a Vip, an EIP",
    async (s) => {
      const net = await s.net(),
        here = { logical_switch: net.name },
        between = await sides(s),
        vip = s.own("vip");
      await s.pod("holder", ask({ ...here, ip_address: net.ip(10) }));
      await s.create(pod("second", ask({ ...here, ip_address: net.ip(10) })));
      await s.refused("second", "AddressConflict", "holder");
      await s.create(ovn("Vip", vip, { subnet: net.name, v4ip: net.ip(10) }));
      await s.said("Vip", vip, "AddressConflict", "holder");
      const [gateway] = await gateways(s, between, 1), v4ip = between.outside.ip(9);
      const first = await eip(s, between, gateway!, { v4ip });
      await s.eventually(
        "the first EIP has it",
        async () => (await s.see("IptablesEIP", first)).status?.ip === v4ip,
      );
      await s.said("IptablesEIP", await eip(s, between, gateway!, { v4ip }), "AddressConflict", first);
    },
    { needs },
  ),
  scenario("#1769", "pods that came while no controller worked get addresses that nobody has", async (s) => {
    const net = await s.net(), here = ask({ logical_switch: net.name });
    await s.create(deployment("before", 10, here));
    await s.using(net.name, 10);
    await s.without(() => s.create(deployment("meanwhile", 10, here)));
    await s.create(deployment("after", 10, here));
    await s.eventually("30 pods have addresses", async () => (await addresses(s)).size === 30);
    await s.using(net.name, 30);
    distinct("addresses", [...(await addresses(s)).values()]);
    const { v4usingIPrange } = await s.counts(net.name);
    same("in use", spread(v4usingIPrange).toSorted(), [...(await addresses(s)).values()].toSorted());
  }, { stops: true }),
];

const isTold = ({ metadata: { annotations } }: Json): boolean =>
  annotations?.["ovn.kubernetes.io/allocated"] === "true";

/** What pods that are not going show of the default network, by name. */
const addresses = (s: Stage): Promise<ReadonlyMap<string, string>> =>
  shown(s, ({ metadata }) => !metadata.deletionTimestamp);

/** What pods show of the default network, by name. */
async function shown(
  s: Stage,
  is: (pod: Json) => boolean = () => true,
): Promise<ReadonlyMap<string, string>> {
  const pods = (await s.list("Pod")).filter((each) => isTold(each) && is(each));
  return new Map(
    pods.map(({ metadata: { name, annotations } }) => [name, annotations["ovn.kubernetes.io/ip_address"]]),
  );
}
