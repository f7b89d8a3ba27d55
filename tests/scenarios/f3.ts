/** F3: one Subnet that is broken, and the namespaces of everybody else (#5028). */
import type { Json } from "../../kube/api.ts";
import { block } from "./addresses.ts";
import { ask, deployment, ovn } from "./manifests.ts";
import { same } from "./same.ts";
import { scenario } from "./scenario.ts";
import type { Net, Stage } from "./stage.ts";

const DEFAULT = "ovn-default";
const GHOST = "no-such-vpc";

export const f3 = [
  scenario(
    "F3.1",
    "with a Subnet of a Vpc that does not exist, a new namespace still gets the default Subnet",
    async (s) => {
      await s.net({ vpc: s.own(GHOST) }, { ready: false });
      await s.ready(DEFAULT);
      const { spec: { cidrBlock, excludeIps } } = await s.see("Subnet", DEFAULT), space = await s.space();
      const wanted = { logical_switch: DEFAULT, cidr: cidrBlock, exclude_ips: excludeIps.join() };
      await s.eventually(
        "it has all annotations",
        async () => same("they", await annotationsOf(s, space), wanted),
      );
    },
  ),
  scenario(
    "F3.2",
    "orphans first, in the middle and last among fifty Subnets: a namespace gets the one that names it",
    async (s) => {
      const space = await s.space();
      // First, in the middle and last by age and by name.
      const orphan = (name: string) =>
        s.create(ovn("Subnet", s.own(name), { vpc: s.own(GHOST), cidrBlock: block().cidr }));
      const healthy = (from: number) =>
        Promise.all(
          Array.from({ length: 25 }, (_, i) =>
            s.net(from + i === 7 ? { namespaces: [space] } : {}, { ready: false })),
        );
      await orphan("a");
      const nets: Net[] = await healthy(0);
      await orphan("net-025-");
      nets.push(...await healthy(25));
      await orphan("z");
      await bound(s, space, nets[7]!.name);
      await bound(s, await s.space(), DEFAULT);
      for (const { name } of nets) await s.ready(name);
    },
  ),
  scenario(
    "F3.3",
    "a namespace named by an orphan is served by the default until the orphan's Vpc is there, and again when it is not",
    async (s) => {
      const vpc = s.own("vpc"), space = await s.space();
      const orphan = await s.net({ vpc, namespaces: [space] }, { ready: false });
      await s.said("Subnet", orphan.name, "Ready=False", vpc);
      await bound(s, space, DEFAULT);
      await s.create(ovn("Vpc", vpc, { namespaces: [space] }));
      await bound(s, space, orphan.name);
      await s.forceRemove("Vpc", vpc);
      await bound(s, space, DEFAULT);
    },
  ),
  scenario(
    "F3.4",
    "a selector with an operator that does not exist makes its Subnet invalid, and no other",
    async (s) => {
      const bad = [{ matchExpressions: [{ key: "a", operator: "Bogus" }] }];
      const name = s.own("bad"), spec = { cidrBlock: block().cidr, namespaceSelectors: bad };
      const { outcome } = await s.tries(ovn("Subnet", name, spec));
      if (outcome === "ok") await s.said("Subnet", name, "False", "Bogus");
      const label = s.own("team"),
        net = await s.net({ namespaceSelectors: [{ matchLabels: { [label]: "x" } }] });
      await bound(s, await s.space({ [label]: "x" }), net.name);
      await bound(s, await s.space(), DEFAULT);
    },
  ),
  scenario(
    "F3.5",
    "a Vpc goes after its Subnets, those that are going or of another provider too, and takes no new one",
    async (s) => {
      const vpc = s.own("vpc");
      await s.create(ovn("Vpc", vpc, { namespaces: [s.namespace] }));
      const [used, foreign] = [await s.net({ vpc }), await s.net({ vpc, provider: `net1.${s.namespace}` })];
      await s.pod("web", ask({ logical_switch: used.name }));
      await Promise.all([s.remove("Vpc", vpc), s.remove("Subnet", used.name)]);
      await s.caughtUp();
      const late = await s.net({ vpc }, { ready: false });
      await s.said("Subnet", late.name, "Ready=False", vpc);
      await s.remove("Subnet", late.name);
      await s.eventually("the Vpc lists what holds it", async () => {
        const status = JSON.stringify((await s.see("Vpc", vpc)).status);
        return [used, foreign].every(({ name }) => status.includes(name)) ||
          Promise.reject(new Error(status));
      });
      await s.stays("the Vpc is there", () => s.see("Vpc", vpc));
      await s.remove("Subnet", foreign.name);
      await s.remove("Pod", "web");
      await s.gone("Subnet", used.name, foreign.name, late.name);
      await s.gone("Vpc", vpc);
    },
  ),
  scenario(
    "F3.6",
    "a Vpc removed by force: pods keep their addresses, and give them back at their end; the Subnet can go",
    async (s) => {
      const vpc = s.own("vpc");
      await s.create(ovn("Vpc", vpc, {}));
      const net = await s.net({ vpc }), { ip } = await s.pod("web", ask({ logical_switch: net.name }));
      await s.forceRemove("Vpc", vpc);
      await s.said("Subnet", net.name, "Ready=False", vpc);
      await s.stays("the pod keeps its address", async () => same("web", (await s.told("web")).ip, ip));
      await s.remove("Pod", "web");
      await s.gone("IP", s.recordName("web"));
      await s.remove("Subnet", net.name);
      await s.gone("Subnet", net.name);
    },
  ),
  scenario("F3.7", "a Vpc whose status lists a Subnet that is no more goes nevertheless", async (s) => {
    const vpc = s.own("vpc");
    await s.create(ovn("Vpc", vpc, {}));
    const net = await s.net({ vpc });
    await s.forces("Vpc", vpc, { status: { subnets: [net.name, "was-never-there"] } }, "status");
    await Promise.all([s.remove("Vpc", vpc), s.remove("Subnet", net.name)]);
    await s.gone("Vpc", vpc);
  }),
  scenario(
    "F3.8",
    "without the default Subnet, or its Vpc, namespaces bound elsewhere are served, and all others once it is back",
    async (s) => {
      await s.ready(DEFAULT);
      const subnet = await s.see("Subnet", DEFAULT), vpc = await s.see("Vpc", subnet.spec.vpc);
      const { cidrBlock, gateway, excludeIps } = subnet.spec;
      const restored = ovn("Subnet", DEFAULT, {
        cidrBlock,
        gateway,
        excludeIps,
        vpc: subnet.spec.vpc,
        default: true,
      });
      await without(s, subnet, restored, (space) => s.net({ namespaces: [space] }));
      await without(s, vpc, ovn("Vpc", vpc.metadata.name, {}), async (space) => {
        const own = s.own("vpc");
        await s.create(ovn("Vpc", own, { namespaces: [space] }));
        return await s.net({ vpc: own, namespaces: [space] });
      });
    },
    { alone: true },
  ),
  scenario(
    "F3.9",
    "two Subnets of one namespace stay in their order, with blocks and exclusions beside them, after a restart too",
    async (s) => {
      const space = await s.space(), namespaces = [space];
      const one = await s.net({ namespaces }),
        two = await s.net({ namespaces }),
        wanted = {
          logical_switch: `${one.name},${two.name}`,
          cidr: `${one.cidr};${two.cidr}`,
          exclude_ips: `${one.ip(1)};${two.ip(1)}`,
        };
      await s.eventually(
        "both are bound",
        async () => same("annotations", await annotationsOf(s, space), wanted),
      );
      await s.throughout(async () => same("annotations", await annotationsOf(s, space), wanted), async () => {
        for (let i = 0; i < 20; i++) {
          await s.patch("Namespace", space, { metadata: { labels: { round: `${i}` } } });
          if (i === 10) await s.controller!.crash();
        }
        // It has gone through all namespaces again when it serves a new one.
        const other = await s.space();
        await bound(s, other, DEFAULT);
      });
    },
    { stops: true },
  ),
  scenario(
    "F3.10",
    "the default Subnet of a Vpc that names the namespace as well is listed once, with its block",
    async (s) => {
      const vpc = s.own("vpc"), space = await s.space(), name = s.own("net"), { cidr } = block();
      await s.create(ovn("Vpc", vpc, { namespaces: [space], defaultSubnet: name }));
      await s.create(ovn("Subnet", name, { vpc, cidrBlock: cidr, namespaces: [space] }));
      await bound(s, space, name);
      await s.eventually(
        "its block is there",
        async () => same("it", (await annotationsOf(s, space)).cidr, cidr),
      );
    },
  ),
  scenario(
    "F3.11",
    "annotations of a namespace that somebody edits come back; a pool that no longer names it is gone from them",
    async (s) => {
      const space = await s.space(), net = await s.net({ namespaces: [space] });
      const pools = [s.own("one"), s.own("two")] as const;
      for (const [i, name] of pools.entries()) {
        const ips = [`${net.ip(10 + 10 * i)}..${net.ip(15 + 10 * i)}`];
        await s.create(ovn("IPPool", name, { subnet: net.name, ips, namespaces: [space] }));
      }
      const all = () => annotationsOf(s, space);
      await s.eventually("both pools are bound", async () => (await all()).ip_pool?.split(",").length === 2);
      await bound(s, space, net.name);
      const before = await all();
      for (const suffix of Object.keys(before)) {
        for (const value of [null, "nonsense"]) {
          await s.patch("Namespace", space, { metadata: { annotations: { [key(suffix)]: value } } });
          await s.eventually(`${suffix} is as it was`, async () => same(suffix, await all(), before));
        }
      }
      await s.patch("IPPool", pools[0], { spec: { namespaces: [] } });
      await s.eventually("one pool is left", async () => same("pools", (await all()).ip_pool, pools[1]));
      await s.patch("IPPool", pools[1], { spec: { namespaces: [] } });
      await s.eventually("no pool is left", async () => same("pools", (await all()).ip_pool, undefined));
    },
  ),
  scenario(
    "F3.12",
    "a pod of a Subnet that does not exist says so once, and is served as soon as it does",
    async (s) => {
      const name = s.own("later"), space = s.namespace;
      await s.create(deployment("web", 3, ask({ logical_switch: name })));
      const [first] = await s.eventually("three pods", async () => {
        const pods = await s.list("Pod");
        return pods.length === 3 && pods;
      });
      await s.refused(first.metadata.name, "NoSubnet", name);
      await s.patch("Namespace", space, {
        metadata: { annotations: { [key("logical_switch")]: "no-such-subnet" } },
      });
      await bound(s, space, DEFAULT);
      const version = async () => (await s.see("Namespace", space)).metadata.resourceVersion;
      const before = await version(), writes = await s.writes("Pod", 5);
      if (writes > 6) throw new Error(`${writes} writes to three pods within 5 s`);
      same("version of the namespace", await version(), before);
      await s.create(ovn("Subnet", name, { cidrBlock: block().cidr }));
      for (const { metadata } of await s.list("Pod")) await s.told(metadata.name);
    },
  ),
];

const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;

/** What we say about a namespace, by suffix. */
async function annotationsOf(s: Stage, space: string): Promise<Json> {
  const { annotations = {} } = (await s.see("Namespace", space)).metadata;
  const suffixes = ["logical_switch", "cidr", "exclude_ips", "ip_pool"];
  return Object.fromEntries(
    suffixes.filter((each) => annotations[key(each)]).map((each) => [each, annotations[key(each)]]),
  );
}

const switchesOf = async (s: Stage, space: string): Promise<string> =>
  (await s.see("Namespace", space)).metadata.annotations?.[key("logical_switch")] ?? "";

async function bound(s: Stage, space: string, subnets: string): Promise<void> {
  await s.eventually(
    `namespace ${space} is served by ${subnets}`,
    async () => same("Subnets", await switchesOf(s, space), subnets),
  );
}

/** One of the default objects is not there for a while: who is bound elsewhere is served meanwhile, and who is not afterwards. */
async function without(
  s: Stage,
  { kind, metadata: { name } }: Json,
  restored: Json,
  elsewhere: (space: string) => Promise<Net>,
): Promise<void> {
  const restore = async () => {
    await s.tries(restored);
    s.keep(kind, name);
  };
  await s.forceRemove(kind, name);
  try {
    const space = await s.space(), net = await elsewhere(space);
    await bound(s, space, net.name);
    const unbound = await s.space();
    await s.stays("nothing serves it", async () => same("Subnets", await switchesOf(s, unbound), ""));
    await restore();
    await bound(s, unbound, DEFAULT);
  } finally {
    await restore();
  }
}
