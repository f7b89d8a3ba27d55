/** Which Subnet, pool and address a pod gets. */
import { ask, deployment, ovn, pod } from "../manifests.ts";
import { distinct, same } from "../same.ts";
import { scenario } from "../scenario.ts";

export const choice = [
  scenario(
    "#2892",
    "of several Subnets of a namespace the first that has addresses is taken, but the one that a pod names always",
    async (s) => {
      const namespaces = [s.namespace],
        one = await s.net({ namespaces }, { prefix: 30 }),
        two = await s.net({ namespaces });
      await s.eventually(
        "both are bound",
        async () =>
          (await s.see("Namespace", s.namespace)).metadata.annotations
            ?.["ovn.kubernetes.io/logical_switch"] ===
            `${one.name},${two.name}`,
      );
      same("the first pod's", (await s.pod("first")).subnet, one.name);
      same("the next one's", (await s.pod("second")).subnet, two.name);
      await s.create(pod("third", ask({ logical_switch: one.name })));
      await s.refused("third", "NoAvailableAddress");
      same(
        "with an address of the second",
        (await s.pod("fourth", ask({ ip_address: two.ip(50) }))).subnet,
        two.name,
      );
      await s.remove("Pod", "first");
      same("the third, once there is room", (await s.told("third")).subnet, one.name);
    },
  ),
  scenario(
    "#5352",
    "a fixed address stays in the Vpc of its pod: another Vpc's Subnet with the same block does not give it",
    async (s) => {
      const vpc = s.own("vpc"), net = await s.net(), same_ = s.own("same"), space = await s.space();
      await s.create(ovn("Vpc", vpc, { namespaces: [space] }));
      await s.create(ovn("Subnet", same_, { vpc, cidrBlock: net.cidr, namespaces: [space] }));
      await s.ready(same_);
      const ip_address = net.ip(10);
      same("here", (await s.pod("web", ask({ logical_switch: net.name, ip_address }))).ip, ip_address);
      const body = pod("web", ask({ ip_address }));
      await s.eventually(
        "the namespace is bound",
        async () =>
          (await s.see("Namespace", space)).metadata.annotations?.["ovn.kubernetes.io/logical_switch"] ===
            same_,
      );
      await s.create({ ...body, metadata: { ...body.metadata, namespace: space } });
      const there = await s.told(`${space}/web`);
      same("there", [there.subnet, there.ip], [same_, ip_address]);
    },
  ),
  scenario(
    "#4573",
    "a namespace with several pools takes the next when one is used up, and none beside them",
    async (s) => {
      const namespaces = [s.namespace],
        net = await s.net({ namespaces }),
        names = [s.own("one"), s.own("two")] as const;
      await s.create(ovn("IPPool", names[0], { subnet: net.name, ips: [net.ip(10)], namespaces }));
      await s.create(ovn("IPPool", names[1], { subnet: net.name, ips: [net.ip(20)], namespaces }));
      await s.eventually(
        "both are bound",
        async () =>
          (await s.see("Namespace", s.namespace)).metadata.annotations?.["ovn.kubernetes.io/ip_pool"]?.split(
            ",",
          ).length === 2,
      );
      const given = [(await s.pod("first")).ip, (await s.pod("second")).ip];
      same("addresses", given.toSorted(), [net.ip(10), net.ip(20)]);
      await s.create(pod("third"));
      await s.refused("third", "NoAvailableAddress");
      await s.remove("Pod", "first");
      await s.told("third");
    },
  ),
  scenario(
    "#4687",
    "a pod that names a pool of another Subnet than its namespace's gets an address of that pool",
    async (s) => {
      const net = await s.net({ namespaces: [s.namespace] }), other = await s.net(), name = s.own("pool");
      await s.create(ovn("IPPool", s.own("own"), { subnet: net.name, ips: [net.ip(10)] }));
      await s.create(ovn("IPPool", name, { subnet: other.name, ips: [other.ip(10)] }));
      const { subnet, ip } = await s.pod("web", ask({ ip_pool: name }));
      same("Subnet and address", [subnet, ip], [other.name, other.ip(10)]);
    },
  ),
  scenario("#3030", "an excluded address can be asked for, also when no other is left", async (s) => {
    const namespaces = [s.namespace], net = await s.net({ namespaces }, { prefix: 29 }), ip = net.ip(6);
    await s.patch("Subnet", net.name, { spec: { excludeIps: [net.ip(1), ip] } });
    await s.eventually("four are left", async () => (await s.counts(net.name)).v4availableIPs === 4);
    await s.create(deployment("web", 4, ask({ logical_switch: net.name })));
    await s.using(net.name, 4);
    same("web", (await s.pod("fixed", ask({ ip_address: ip }))).ip, ip);
  }),
  scenario("#5960", "exclusions that reach beyond the block count as far as they lie in it", async (s) => {
    const net = await s.net({}, { prefix: 28 }), excludeIps = [`${net.ip(9)}..${net.ip(200)}`, "192.0.2.1"];
    await s.patch("Subnet", net.name, { spec: { excludeIps } });
    await s.eventually("seven are left", async () => {
      const { v4availableIPs, v4availableIPrange } = await s.counts(net.name);
      same("available", [v4availableIPs, v4availableIPrange], [7, `${net.ip(2)}-${net.ip(8)}`]);
    });
  }),
  scenario(
    "#4775",
    "just as many pods as there are addresses, made at once, all get one, and none is warned",
    async (s) => {
      const net = await s.net({}, { prefix: 27 }), free = 29;
      await s.create(deployment("web", free, ask({ logical_switch: net.name })));
      distinct("addresses", (await s.recorded(net.name, free)).map(({ spec }) => spec.v4IpAddress));
      for (const { metadata: { name } } of await s.list("Pod")) {
        const warnings = (await s.eventsOf("Pod", name)).filter((line) => line.startsWith("Warning"));
        same(`warnings of ${name}`, warnings, []);
      }
    },
  ),
];
