/** F2: the fixed address of a StatefulSet's pod is changed (#5259): that is refused, and the old address stays. */
import type { Json } from "../../kube/api.ts";
import { ask, record, statefulSet } from "./manifests.ts";
import { distinct, same } from "./same.ts";
import { scenario } from "./scenario.ts";
import type { Net, Stage } from "./stage.ts";

const SET = "StatefulSet", DENIED = "FixedIPChangeDenied", ours = true;

export const f2 = [
  scenario(
    "F2.1",
    "a list of other addresses is refused, or the pods keep theirs and say so; who wants a kept one is told who has it",
    async (s) => {
      const net = await s.net(), [old, other] = [net.ip(10), net.ip(20)];
      await listed(s, net, "web", [10, 11]);
      await s.told("web-0");
      if (!await edited(s, "web", { ip_pool: [20, 21].map((n) => net.ip(n)).join() })) return;
      same("web-0", (await s.replaced("web-0")).ip, old);
      await s.said("Pod", "web-0", "Warning", DENIED, old, other);
      same("the record", (await s.see("IP", s.recordName("web-0"))).spec.v4IpAddress, old);
      await listed(s, net, "same", [10]);
      await s.refused("same-0", "AddressConflict", "web-0");
      await listed(s, net, "free", [22]);
      same("free-0", (await s.told("free-0")).ip, net.ip(22));
    },
    { ours },
  ),
  scenario("F2.2", "a list may grow at its end, with more replicas", async (s) => {
    const net = await s.net();
    await listed(s, net, "web", [10, 11]);
    const before = [await s.told("web-0"), await s.told("web-1")];
    const spec = { replicas: 3, ...templated({ ip_pool: [10, 11, 12].map((n) => net.ip(n)).join() }) };
    await s.patch(SET, "web", { spec });
    same("web-2", (await s.told("web-2")).ip, net.ip(12));
    same(
      "web-0 and web-1",
      [await s.replaced("web-0"), await s.replaced("web-1")].map(({ ip }) => ip),
      before.map(({ ip }) => ip),
    );
  }),
  scenario("F2.3", "an address asked for instead that is somebody's: the old one is not lost", async (s) => {
    const net = await s.net();
    await s.pod("holder", ask({ logical_switch: net.name, ip_address: net.ip(20) }));
    await listed(s, net, "web", [10]);
    await s.told("web-0");
    await edited(s, "web", { ip_pool: net.ip(20) });
    await s.remove("Pod", "web-0");
    await s.stays("the record says the old address", async () => {
      same("web-0", (await s.see("IP", s.recordName("web-0"))).spec.v4IpAddress, net.ip(10));
    });
    await edited(s, "web", { ip_pool: net.ip(10) });
    await s.remove("Pod", "web-0");
    same("web-0", (await s.told("web-0")).ip, net.ip(10));
  }),
  scenario(
    "F2.4",
    "while addresses are changed back and forth, no two records show one, and no pod has two",
    async (s) => {
      const net = await s.net();
      await listed(s, net, "web", [10, 11, 12]);
      await s.told("web-2");
      for (const first of [20, 11, 12, 10]) {
        await edited(s, "web", { ip_pool: [first, first + 1, first + 2].map((n) => net.ip(n)).join() });
        await Promise.all([0, 1, 2].map((n) => s.remove("Pod", `web-${n}`)));
        await s.stays("every address is of one record", async () => {
          distinct("addresses", (await s.records(net.name)).map(({ spec }) => spec.v4IpAddress));
        }, 1);
        for (const n of [0, 1, 2]) await s.told(`web-${n}`);
      }
      same("records", (await s.records(net.name)).length, 3);
    },
  ),
  scenario(
    "F2.5",
    "deleted and created again with other addresses, as one should: they are had at once, and the old ones are free",
    async (s) => {
      const net = await s.net();
      await listed(s, net, "web", [10, 11]);
      await s.told("web-1");
      await s.remove(SET, "web");
      await s.gone("Pod", "web-0", "web-1");
      await listed(s, net, "web", [20, 21]);
      same("web-0", (await s.told("web-0")).ip, net.ip(20));
      same(
        "another",
        (await s.pod("another", ask({ logical_switch: net.name, ip_address: net.ip(10) }))).ip,
        net.ip(10),
      );
    },
  ),
  scenario("F2.6", "another MAC is refused likewise", async (s) => {
    const net = await s.net(), [old, other] = ["02:00:00:00:00:0a", "02:00:00:00:00:0b"];
    const annotations = ask({ logical_switch: net.name, mac_address: old });
    await s.create(statefulSet("web", { replicas: 1, annotations }));
    same("the MAC", (await s.told("web-0")).mac, old);
    if (!await edited(s, "web", { mac_address: other })) return;
    same("the MAC", (await s.replaced("web-0")).mac, old);
    await s.said("Pod", "web-0", "Warning", DENIED, old, other);
  }, { ours }),
  scenario(
    "F2.7",
    "moved to another Subnet, a pod keeps its old address until the new Subnet can give one",
    async (s) => {
      const [from, to] = [await s.net(), await s.net({}, { prefix: 30 })];
      const obstacle = await s.pod("obstacle", ask({ logical_switch: to.name }));
      await s.create(statefulSet("web", { replicas: 1, annotations: ask({ logical_switch: from.name }) }));
      const { ip } = await s.told("web-0");
      await edited(s, "web", { logical_switch: to.name });
      await s.remove("Pod", "web-0");
      await s.stays("the old address is recorded", async () => {
        same("web-0", (await s.see("IP", s.recordName("web-0"))).spec.v4IpAddress, ip);
      });
      await s.remove("Pod", "obstacle");
      same("web-0", (await s.told("web-0")).ip, obstacle.ip);
      await s.emptied(from.name);
      await s.using(from.name, 0);
    },
    { ours },
  ),
  scenario("F2.8", "a bare pod made again under its name gets the other address it asks for", async (s) => {
    const net = await s.net(),
      asking = (n: number) => ask({ logical_switch: net.name, ip_address: net.ip(n) });
    await s.pod("web", asking(10));
    await s.remove("Pod", "web");
    await s.gone("Pod", "web");
    same("web", (await s.pod("web", asking(20))).ip, net.ip(20));
    same("another", (await s.pod("another", asking(10))).ip, net.ip(10));
  }),
  scenario("F2.9", "a reservation for a pod wins over what its template says", async (s) => {
    const net = await s.net(), spec = { subnet: net.name, namespace: s.namespace, v4IpAddress: net.ip(30) };
    await s.create(record(s.recordName("web-0"), { ...spec, podName: "web-0" }));
    await s.eventually("the reservation is in force", async () => {
      return (await s.see("IP", s.recordName("web-0"))).metadata.labels?.["ovn.kubernetes.io/ip_reserved"] ===
        "true";
    });
    await listed(s, net, "web", [31]);
    same("web-0", (await s.told("web-0")).ip, net.ip(30));
    await s.said("Pod", "web-0", "Warning", net.ip(30), net.ip(31));
  }, { ours }),
  scenario(
    "F2.10",
    "a controller started anew between the change and the pod's end answers the same",
    async (s) => {
      const net = await s.net();
      await listed(s, net, "web", [10]);
      await s.told("web-0");
      if (!await edited(s, "web", { ip_pool: net.ip(20) })) return;
      await s.controller!.crash();
      same("web-0", (await s.replaced("web-0")).ip, net.ip(10));
    },
    { ours, stops: true },
  ),
];

const templated = (values: Readonly<Record<string, string>>): Json => ({
  template: { metadata: { annotations: ask(values) } },
});

/** A StatefulSet with a list of addresses, one for each pod. */
async function listed(s: Stage, net: Net, name: string, hosts: readonly number[]): Promise<void> {
  const annotations = ask({ logical_switch: net.name, ip_pool: hosts.map((n) => net.ip(n)).join() });
  await s.create(statefulSet(name, { replicas: hosts.length, annotations }));
}

/**
 * Edits what the template asks for; its pods stay until they are deleted.
 *
 * @returns whether that was let pass: a policy may refuse it, and has to say what to do instead.
 */
async function edited(s: Stage, name: string, values: Readonly<Record<string, string>>): Promise<boolean> {
  const spec = { ...templated(values), updateStrategy: { type: "OnDelete", rollingUpdate: null } };
  const { outcome, message } = await s.edits(SET, name, { spec });
  if (outcome === "ok") return true;
  if (!/re-?create/i.test(message)) throw new Error(`refused without saying what to do: ${message}`);
  return false;
}
