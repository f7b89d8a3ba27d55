/** F0: which pods of a StatefulSet keep their addresses, and which give them back (#4955). */
import type { Json } from "../../kube/api.ts";
import { joins, second } from "./interfaces.ts";
import { ask, type Set, statefulSet } from "./manifests.ts";
import { admitNoPods } from "./quota.ts";
import { distinct, same } from "./same.ts";
import { scenario } from "./scenario.ts";
import type { Net, Stage, Told } from "./stage.ts";

const NAD = "NetworkAttachmentDefinition", SET = "StatefulSet";
const OPERATOR = "system:serviceaccount:kube-system:cadastre";

export const f0 = [
  scenario(
    "F0.1",
    "a pod of a StatefulSet that starts at 10 comes back with address, MAC and record",
    async (s) => {
      await made(s, "web", { replicas: 3, start: 10 });
      const before = await s.told("web-11"),
        { metadata: { uid } } = await s.see("IP", s.recordName("web-11"));
      const { ip, mac } = await s.replaced("web-11");
      same("address and MAC", [ip, mac], [before.ip, before.mac]);
      same("uid of the record", (await s.see("IP", s.recordName("web-11"))).metadata.uid, uid);
    },
  ),
  scenario(
    "F0.2",
    "scaled down from three to one, a StatefulSet that starts at 10 gives back two addresses",
    async (s) => {
      const net = await made(s, "web", { replicas: 3, start: 10 });
      await s.using(net.name, 3);
      const { metadata: { uid: kept } } = await s.see("IP", s.recordName("web-10"));
      await s.patch(SET, "web", { spec: { replicas: 1 } });
      await released(s, "web-11", "web-12");
      await s.using(net.name, 1);
      same("record of web-10", (await s.see("IP", s.recordName("web-10"))).metadata.uid, kept);
    },
  ),
  scenario(
    "F0.3",
    "moved from 10 to 12, it gives back 10 and 11, keeps 12, and gets 13 and 14",
    async (s) => {
      await made(s, "web", { replicas: 3, start: 10 });
      const kept = await s.told("web-12");
      await s.patch(SET, "web", { spec: { ordinals: { start: 12 } } });
      await released(s, "web-10", "web-11");
      for (const name of ["web-13", "web-14"]) await s.told(name);
      same("web-12", (await s.told("web-12")).ip, kept.ip);
    },
  ),
  scenario("F0.4", "moved from 0 to 5, it gives back what lies below", async (s) => {
    await made(s, "web", { replicas: 5 });
    await s.patch(SET, "web", { spec: { ordinals: { start: 5 } } });
    await released(s, ...ordinals("web", 0, 5));
    for (const name of ordinals("web", 5, 10)) await s.told(name);
  }),
  scenario("F0.5", "moved from 5 to 0, it gives back what lies above", async (s) => {
    await made(s, "web", { replicas: 3, start: 5 });
    await s.patch(SET, "web", { spec: { ordinals: { start: 0 } } });
    await released(s, ...ordinals("web", 5, 8));
    for (const name of ordinals("web", 0, 3)) await s.told(name);
  }),
  scenario("F0.6", "scaled to 0 it holds nothing; scaled up again its pods get addresses", async (s) => {
    const net = await made(s, "web", { replicas: 3 });
    await s.patch(SET, "web", { spec: { replicas: 0 } });
    await s.emptied(net.name);
    await s.using(net.name, 0);
    await s.patch(SET, "web", { spec: { replicas: 3 } });
    distinct("addresses", (await allTold(s, ordinals("web", 0, 3))).map(({ ip }) => ip));
  }),
  scenario(
    "F0.7",
    "scaled down and a pod deleted while no controller worked: the address is given back",
    async (s) => {
      await made(s, "web", { replicas: 3 });
      await s.without(async () => {
        await s.patch(SET, "web", { spec: { replicas: 2 } });
        await s.remove("Pod", "web-2");
        await s.gone("Pod", "web-2");
      });
      await released(s, "web-2");
      await s.see("IP", s.recordName("web-1"));
    },
    { stops: true },
  ),
  scenario(
    "F0.8",
    "a pod that was away already when its set was scaled down gives its address back without any event of it",
    async (s) => {
      const net = await made(s, "web", { replicas: 3 });
      await admitNoPods(s);
      await s.remove("Pod", "web-2");
      await s.gone("Pod", "web-2");
      await s.stays("it is kept for the pod", () => s.see("IP", s.recordName("web-2")));
      await s.patch(SET, "web", { spec: { replicas: 2 } });
      await released(s, "web-2");
      await s.using(net.name, 2);
    },
  ),
  scenario(
    "F0.9",
    "pods orphaned and adopted by a new set of the name keep their addresses; a set deleted with its pods frees them",
    async (s) => {
      const net = await made(s, "web", { replicas: 2 }), before = await allTold(s, ordinals("web", 0, 2));
      await s.remove(SET, "web", { propagationPolicy: "Orphan" });
      await s.gone(SET, "web");
      await s.create(setIn(net, "web", { replicas: 2 }));
      await s.eventually(
        "the new set has adopted its pods",
        async () => (await s.see(SET, "web")).status?.replicas === 2,
      );
      await s.stays("both keep their addresses", async () => {
        same(
          "addresses",
          (await allTold(s, ordinals("web", 0, 2))).map(({ ip }) => ip),
          before.map(({ ip }) => ip),
        );
      });
      same("web-0 made again", (await s.replaced("web-0")).ip, before[0]!.ip);
      await s.patch(SET, "web", { spec: { replicas: 1 } });
      await released(s, "web-1");
      await s.remove(SET, "web");
      await s.emptied(net.name);
      for (const [i, { ip }] of before.entries()) {
        same("anybody", (await s.pod(`any-${i}`, ask({ logical_switch: net.name, ip_address: ip }))).ip, ip);
      }
      await s.create(setIn(net, "web", { replicas: 2 }));
      const again = await allTold(s, [...ordinals("web", 0, 2), "any-0", "any-1"]);
      distinct("addresses", again.map(({ ip }) => ip));
    },
  ),
  scenario("F0.10", "a list of addresses counts from the start of the ordinals", async (s) => {
    const net = await s.net(), list = [50, 51, 52].map((n) => net.ip(n));
    const annotations = ask({ logical_switch: net.name, ip_pool: list.join() });
    await s.create(statefulSet("ten", { replicas: 3, start: 10, annotations }));
    same("addresses", (await allTold(s, ordinals("ten", 10, 13))).map(({ ip }) => ip), list);
    await s.remove(SET, "ten");
    await s.emptied(net.name);
    await s.create(statefulSet("zero", { replicas: 3, annotations }));
    same("addresses", (await allTold(s, ordinals("zero", 0, 3))).map(({ ip }) => ip), list);
  }, { ours: true }),
  scenario("F0.11", "web-1-0 is of the set web-1, whatever happens to web", async (s) => {
    const net = await made(s, "web", { replicas: 3 });
    await s.create(setIn(net, "web-1", { replicas: 1 }));
    const before = await s.told("web-1-0");
    await s.patch(SET, "web", { spec: { replicas: 1 } });
    await released(s, "web-1", "web-2");
    same("web-1-0", (await s.replaced("web-1-0")).ip, before.ip);
  }),
  scenario(
    "F0.12",
    "sets without replicas or ordinals, ordinals beyond 32 bits, and pods that only look like theirs disturb nobody",
    async (s) => {
      const net = await made(s, "web", {}), here = ask({ logical_switch: net.name });
      const before = await s.told("web-0");
      for (const name of ["web-99999999999", "web-x", "web-01"]) await s.pod(name, here);
      same("web-0", (await s.replaced("web-0")).ip, before.ip);
      for (const name of ["web-99999999999", "web-x", "web-01"]) await s.told(name);
    },
  ),
  // Whoever speaks to the API server alone can make it refuse, not stumble: 429, 500, 503 and no answer at all are in
  // `tests/behaviour/ordinals_test.ts`; lines that are cut, and answers that come late, in the soak.
  scenario(
    "F0.13",
    "while the API server refuses to show sets, nothing is released, and nothing is kept for good",
    async (s) => {
      await made(s, "web", { replicas: 2 });
      const before = await s.told("web-1"), { rules } = await s.see("ClusterRole", "cadastre");
      const blind = rules.map((rule: Json) => ({
        ...rule,
        verbs: rule.resources?.includes("statefulsets") ? ["watch"] : rule.verbs,
      }));
      await s.patch("ClusterRole", "cadastre", { rules: blind });
      try {
        await s.eventually("the API server goes by it", async () => {
          return !await s.lets(OPERATOR, { group: "apps", resource: "statefulsets", verb: "get" });
        });
        same("web-1", (await s.replaced("web-1")).ip, before.ip);
        await s.patch(SET, "web", { spec: { replicas: 1 } });
        await s.gone("Pod", "web-1");
        await s.stays("it is not released", () => s.see("IP", s.recordName("web-1")));
      } finally {
        await s.patch("ClusterRole", "cadastre", { rules });
      }
      await released(s, "web-1");
    },
    { alone: true },
  ),
  scenario("F0.14", "all of this holds for every interface of a pod", async (s) => {
    const [main, one] = [await s.net(), await second(s, "net1")], providers = ["ovn", one.provider];
    const both = (name: string) => Promise.all(providers.map((provider) => s.told(name, { provider })));
    const addresses = async (name: string) => (await both(name)).map(({ ip, mac }) => [ip, mac]);
    const uids = (name: string) =>
      Promise.all(
        providers.map(async (provider) => (await s.see("IP", s.recordName(name, provider))).metadata.uid),
      );
    const go = (...names: readonly string[]) =>
      s.gone("IP", ...names.flatMap((name) => providers.map((provider) => s.recordName(name, provider))));
    await s.create(
      statefulSet("web", { replicas: 3, start: 10, annotations: joins(s, main, ["net1"]) }),
    );
    const all = async (from: number, to: number) => {
      for (const name of ordinals("web", from, to)) await both(name);
      for (const { name } of [main, one]) await s.using(name, to - from);
    };
    await all(10, 13);
    const [before, records] = [await addresses("web-11"), await uids("web-11")];
    await s.replaced("web-11");
    same("addresses and MACs", await addresses("web-11"), before);
    same("uids of the records", await uids("web-11"), records);
    await s.patch(SET, "web", { spec: { replicas: 2 } });
    await go("web-12");
    await s.patch(SET, "web", { spec: { ordinals: { start: 11 } } });
    await go("web-10");
    await all(11, 13);
    same("web-11", await addresses("web-11"), before);
    await s.patch(SET, "web", { spec: { ordinals: { start: 0 } } });
    await go("web-11", "web-12");
    await all(0, 2);
    await s.patch(SET, "web", { spec: { replicas: 0 } });
    await go("web-0", "web-1");
    for (const { name } of [main, one]) await s.emptied(name);
  }, { needs: [NAD] }),
];

const ordinals = (name: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => `${name}-${from + i}`);

const setIn = ({ name: logical_switch }: Net, name: string, set: Set): Json =>
  statefulSet(name, { ...set, annotations: ask({ logical_switch }) });

/** A StatefulSet in a Subnet of its own, with addresses. */
async function made(s: Stage, name: string, set: Set): Promise<Net> {
  const net = await s.net(), { replicas = 1, start = 0 } = set;
  await s.create(setIn(net, name, set));
  await allTold(s, ordinals(name, start, start + replicas));
  return net;
}

const allTold = (s: Stage, names: readonly string[]): Promise<Told[]> =>
  Promise.all(names.map((name) => s.told(name)));

const released = (s: Stage, ...pods: readonly string[]): Promise<void> =>
  s.gone("IP", ...pods.map((pod) => s.recordName(pod)));
