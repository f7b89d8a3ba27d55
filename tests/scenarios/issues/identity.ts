/** Addresses that were to stay and did not. */
import { joins, second } from "../interfaces.ts";
import { machine } from "../machines.ts";
import { ask, deployment, ovn, statefulSet } from "../manifests.ts";
import { same } from "../same.ts";
import { scenario } from "../scenario.ts";

const needs = ["NetworkAttachmentDefinition"];

export const identity = [
  scenario(
    "#897",
    "a pod of a StatefulSet that is evicted, deleted by force, or lost comes back with its address",
    async (s) => {
      const net = await s.net();
      await s.create(statefulSet("web", { replicas: 1, annotations: ask({ logical_switch: net.name }) }));
      const before = await s.told("web-0");
      // What its kubelet writes of its start is not to come after it.
      await s.eventually("web-0 runs", async () => (await s.see("Pod", "web-0")).status.phase === "Running");
      const evicted = {
        phase: "Failed",
        reason: "Evicted",
        message: "The node was low on resource: memory.",
      };
      await s.patch("Pod", "web-0", { status: evicted }, "status");
      const again = await s.told("web-0", { instead: before.uid });
      same("after the eviction", again.ip, before.ip);
      await s.remove("Pod", "web-0", { gracePeriodSeconds: 0 });
      const third = await s.told("web-0", { instead: again.uid });
      same("after its end by force", third.ip, before.ip);
      // Of a node that is lost nobody ends its pods: they are going, in an unknown phase, until somebody removes them.
      await s.patch("Pod", "web-0", { metadata: { finalizers: ["example.org/not-yet"] } });
      await s.remove("Pod", "web-0");
      await s.patch("Pod", "web-0", { status: { phase: "Unknown", reason: "NodeLost" } }, "status");
      await s.stays("it is kept while it is going", async () => {
        same("web-0", (await s.see("IP", s.recordName("web-0"))).spec.v4IpAddress, before.ip);
      });
      await s.patch("Pod", "web-0", { metadata: { finalizers: null } });
      same("after its node was lost", (await s.told("web-0", { instead: third.uid })).ip, before.ip);
    },
  ),
  scenario(
    "#5654",
    "a virtual machine keeps the addresses of all its interfaces while it is stopped and started",
    async (s) => {
      const [main, one] = [await s.net(), await second(s, "one")];
      const { start, stop, remove } = await machine(s, "vm", joins(s, main, ["one"]));
      const both = async (n: number) => {
        const name = `virt-launcher-vm-${n}`;
        return [(await s.told(name)).ip, (await s.told(name)).mac, (await s.told(name, one)).ip];
      };
      const before = await both(1);
      await stop();
      for (const { name } of [main, one]) await s.using(name, 1);
      await start(2);
      same("addresses", await both(2), before);
      await stop();
      await remove();
      for (const { name } of [main, one]) await s.emptied(name);
    },
    { needs: [...needs, "VirtualMachine"] },
  ),
  scenario(
    "#2709",
    "a machine that is stopped while the controller starts anew keeps its address, and that of its Vip",
    async (s) => {
      const net = await s.net(), vip = s.own("vip"), one = await second(s, "one");
      await s.create(ovn("Vip", vip, { subnet: net.name }));
      const { start, stop } = await machine(s, "vm", { ...joins(s, net, ["one"]), ...ask({ vip }) });
      const both = async (n: number) => {
        const name = `virt-launcher-vm-${n}`;
        return [(await s.told(name)).ip, (await s.told(name, one)).ip];
      };
      const before = await both(1);
      await s.without(stop);
      for (const { name } of [net, one]) await s.using(name, 1);
      await s.create(deployment("others", 5, ask({ logical_switch: net.name })));
      await s.using(net.name, 6);
      await start(2);
      same("addresses", await both(2), before);
    },
    { stops: true, needs: [...needs, "VirtualMachine"] },
  ),
  scenario(
    "#2486",
    "an interface that is taken from a pod gives back its address, and no other does",
    async (s) => {
      const [main, one, two] = [await s.net(), await second(s, "one"), await second(s, "two")];
      await s.pod("web", joins(s, main, ["one", "two"]));
      for (const each of [one, two]) await s.told("web", each);
      await s.patch("Pod", "web", {
        metadata: { annotations: { "k8s.v1.cni.cncf.io/networks": `${s.namespace}/one` } },
      });
      await s.gone("IP", s.recordName("web", two.provider));
      await s.stays("the others are there", async () => {
        await s.see("IP", s.recordName("web"));
        await s.see("IP", s.recordName("web", one.provider));
      });
    },
    { needs },
  ),
  scenario(
    "#6085",
    "StatefulSets of OpenKruise keep addresses too, except for ordinals that they have reserved",
    async (s) => {
      const net = await s.net(), annotations = ask({ logical_switch: net.name });
      const set = statefulSet("web", { replicas: 2, annotations });
      await s.create({ ...set, apiVersion: "apps.kruise.io/v1beta1" });
      const { metadata: { uid } } = await s.see("AdvancedStatefulSet", "web");
      const owner = {
        apiVersion: "apps.kruise.io/v1beta1",
        kind: "StatefulSet",
        name: "web",
        uid,
        controller: true,
      };
      const member = async (name: string) => {
        const body = ovn("Pod", name, {
          containers: [{ name: "main", image: "registry.k8s.io/pause:3.10" }],
        });
        await s.create({
          ...body,
          apiVersion: "v1",
          metadata: { name, annotations, ownerReferences: [owner] },
        });
        return await s.told(name);
      };
      const before = await member("web-1");
      await s.remove("Pod", "web-1");
      await s.gone("Pod", "web-1");
      same("web-1", (await member("web-1")).ip, before.ip);
      await s.patch("AdvancedStatefulSet", "web", { spec: { reserveOrdinals: [1] } });
      await s.remove("Pod", "web-1");
      await s.gone("IP", s.recordName("web-1"));
    },
    { needs: ["AdvancedStatefulSet"] },
  ),
];
