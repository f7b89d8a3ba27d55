/** F2: the fixed address of a StatefulSet's pod is changed (#5259): that is refused, and the old address stays. */
import type { Json } from "../../kube/api.ts";
import { machine } from "./machines.ts";
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
      await listed(s, net, "free", [20]);
      same("free-0", (await s.told("free-0")).ip, other);
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
    const { metadata: { uid } } = await s.see("IP", s.recordName("web-0"));
    await edited(s, "web", { ip_pool: net.ip(20) });
    await s.remove("Pod", "web-0");
    await s.stays("the record is the old one, with the old address", async () => {
      const { metadata, spec } = await s.see("IP", s.recordName("web-0"));
      same("web-0", [metadata.uid, spec.v4IpAddress], [uid, net.ip(10)]);
    });
    await edited(s, "web", { ip_pool: net.ip(10) });
    await s.remove("Pod", "web-0");
    same("web-0", (await s.told("web-0")).ip, net.ip(10));
  }),
  scenario(
    "F2.4",
    "while addresses are changed back and forth no two pods show one, and after it every pod and record has just one",
    async (s) => {
      const net = await s.net(), pods = [0, 1, 2].map((n) => `web-${n}`);
      await listed(s, net, "web", [10, 11, 12]);
      await Promise.all(pods.map((name) => s.told(name)));
      await s.throughout(() => shownOnce(s), async () => {
        for (const first of [20, 11, 12, 10]) {
          await edited(s, "web", { ip_pool: [first, first + 1, first + 2].map((n) => net.ip(n)).join() });
          await Promise.all(pods.map((name) => s.remove("Pod", name)));
          await Promise.all(pods.map((name) => s.told(name)));
        }
      });
      await s.eventually("every record has one address, and every address one record", async () => {
        const records = await s.records(net.name);
        same(
          "records",
          records.map(({ metadata }) => metadata.name).toSorted(),
          pods.map((it) => s.recordName(it)),
        );
        distinct("addresses", records.map(({ spec }) => spec.v4IpAddress));
        for (const name of pods) {
          same(name, (await s.see("IP", s.recordName(name))).spec.ipAddress, (await s.told(name)).ip);
        }
      });
      await s.using(net.name, 3);
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
      for (const n of [10, 11]) {
        const ip_address = net.ip(n);
        same(
          "another",
          (await s.pod(`any-${n}`, ask({ logical_switch: net.name, ip_address }))).ip,
          ip_address,
        );
      }
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
      const onDelete = { updateStrategy: { type: "OnDelete", rollingUpdate: null } };
      await s.patch(SET, "web", { spec: { ...templated({ logical_switch: to.name }), ...onDelete } });
      await s.observed(SET, "web");
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
  scenario(
    "F2.8",
    "a virtual machine keeps its fixed address likewise; a bare pod made again under its name gets the other one",
    async (s) => {
      const net = await s.net(),
        asking = (n: number) => ask({ logical_switch: net.name, ip_address: net.ip(n) });
      const vm = await machine(s, "vm", asking(30)), name = (n: number) => `virt-launcher-vm-${n}`;
      same("the machine", (await s.told(name(1))).ip, net.ip(30));
      const spec = { template: { metadata: { annotations: asking(31) } } };
      if (await refusedOrForced(s, "VirtualMachine", "vm", spec)) {
        await vm.stop();
        await vm.start(2);
        same("the machine, started again", (await s.told(name(2))).ip, net.ip(30));
        await s.said("Pod", name(2), "Warning", DENIED, net.ip(30), net.ip(31));
      }
      await s.pod("web", asking(10));
      await s.remove("Pod", "web");
      await s.gone("Pod", "web");
      same("web", (await s.pod("web", asking(20))).ip, net.ip(20));
      same("another", (await s.pod("another", asking(10))).ip, net.ip(10));
    },
    { needs: ["VirtualMachine"], ours },
  ),
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
      await s.said("Pod", "web-0", "Warning", DENIED, net.ip(10), net.ip(20));
      same("the record", (await s.see("IP", s.recordName("web-0"))).spec.v4IpAddress, net.ip(10));
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

/** Edits what the template asks for; its pods stay until they are deleted. @returns whether that got in */
async function edited(s: Stage, name: string, values: Readonly<Record<string, string>>): Promise<boolean> {
  const updateStrategy = { type: "OnDelete", rollingUpdate: null };
  const isIn = await refusedOrForced(s, SET, name, { ...templated(values), updateStrategy });
  if (isIn) await s.observed(SET, name);
  return isIn;
}

/** A policy that refuses an edit has to say what to do instead; then it is forced in. @returns whether it could be */
async function refusedOrForced(s: Stage, kind: string, name: string, spec: Json): Promise<boolean> {
  const { outcome, message } = await s.edits(kind, name, { spec });
  if (outcome === "ok") {
    if (s.isGuarded) throw new Error(`the policies let ${kind} ${name} be edited`);
    return true;
  }
  if (!/re-?create|create it anew/i.test(message)) {
    throw new Error(`refused without saying what to do: ${message}`);
  }
  if (s.canForce) await s.forces(kind, name, { spec });
  return s.canForce;
}

/** Of pods that are not going no two show one address. */
async function shownOnce(s: Stage): Promise<void> {
  const shown = (await s.list("Pod")).filter(({ metadata }) => !metadata.deletionTimestamp)
    .flatMap(({ metadata }) => metadata.annotations?.["ovn.kubernetes.io/ip_address"] ?? []);
  distinct("addresses", shown);
}
