/** What is kept is kept of every interface by itself. @see F0 */
import { assertEquals, assertMatch } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { Pod, StatefulSet, VirtualMachine } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { type Workloads, workloads } from "./workloads.ts";

const OVER = "net1.app.ovn", UNDER = "mv.app", BOTH = { [NETWORKS]: "net1,mv" };

/** Namespace `app` has network `net1`, which is ours, and `mv`, another plugin's. */
function attached({ making = true }: { readonly making?: boolean } = {}): Workloads {
  const lab = workloads({ making });
  lab.subnet("one", { cidrBlock: "10.71.0.0/24", provider: OVER });
  lab.subnet("two", { cidrBlock: "10.72.0.0/24", provider: OVER });
  lab.subnet("ext", { cidrBlock: "10.73.0.0/24", provider: UNDER });
  lab.network("app/net1");
  lab.network("app/mv", { type: "macvlan", master: "eth0", ipam: { type: "kube-ovn", provider: UNDER } });
  return lab.settle();
}

function web(replicas = 2, asking: Readonly<Record<string, string>> = {}): Workloads {
  const lab = attached();
  lab.set("web", { replicas }, { ...BOTH, ...asking });
  return lab.settle();
}

/** Of each interface: uid, address and MAC of its record, and the address that the pod shows. */
const lives = (lab: Workloads, pod: string, member = pod) =>
  [undefined, OVER, UNDER].map((provider) => {
    const record = lab.get(IP, [member, "app", ...provider ? [provider] : []].join("."));
    const shown = provider ? lab.toldOn(`app/${pod}`, provider).ip_address : lab.addressOf(`app/${pod}`);
    return [record?.metadata.uid, record?.spec.v4IpAddress, record?.spec.macAddress, shown];
  });
const all = (lab: Workloads) => [lab.claims("sn1"), lab.claims("one"), lab.claims("ext")].map(Object.values);
/** Records of the pods of namespace `app`. */
const records = (lab: Workloads) => lab.list(IP).filter(({ spec }) => spec.namespace === "app").length;

Deno.test("F0-14: a pod that is deleted has a successor with all its addresses, MACs and records", () => {
  const lab = web(), before = lives(lab, "web-1");
  assertEquals(before.every(([uid, address, , shown]) => uid && address && address === shown), true);
  for (const watched of [true, false]) {
    lab.engine.lead(watched);
    lab.renew("web-1");
    lab.settle();
    lab.start();
    assertEquals(lives(lab, "web-1"), before);
  }
  lab.atRest();
});

Deno.test("F0-14: what falls out of the set is given back of every interface, and nothing else", () => {
  const lab = web(3), before = lives(lab, "web-1");
  lab.edit("web", { replicas: 1, ordinals: { start: 1 } });
  lab.settle();
  assertEquals([lives(lab, "web-1"), records(lab)], [before, 3]);
  assertEquals(all(lab), [["web-1.app"], [`web-1.app.${OVER}`], [`web-1.app.${UNDER}`]]);
  lab.edit("web", { replicas: 0 });
  lab.settle();
  assertEquals([records(lab), all(lab)], [0, [[], [], []]]);
  lab.atRest();
});

Deno.test("F0-14: a list of an attached network goes by the ordinal as well, and nobody changes it", () => {
  const key = `${OVER}.kubernetes.io/ip_pool`;
  const lab = web(2, { [key]: "10.71.0.50,10.71.0.51" });
  assertEquals([0, 1].map((i) => lab.toldOn(`app/web-${i}`, OVER).ip_address), ["10.71.0.50", "10.71.0.51"]);
  lab.ask("web", { [key]: "10.71.0.60,10.71.0.61" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lab.toldOn("app/web-0", OVER).ip_address, "10.71.0.50");
  assertMatch(lab.warnings(Pod, "app/web-0").join(), /^FixedIPChangeDenied 10\.71\.0\.60 .*10\.71\.0\.50/);
  lab.atRest();
});

Deno.test("F0-14: one interface moves to another Subnet, the others stay", () => {
  const key = `${OVER}.kubernetes.io/logical_switch`;
  const lab = web(1, { [key]: "one" }), [primary, , under] = lives(lab, "web-0");
  lab.ask("web", { [key]: "two" });
  lab.renew("web-0");
  lab.settle();
  const after = lives(lab, "web-0");
  assertEquals([after[0], after[2]], [primary, under]);
  assertMatch(String(after[1]?.[3]), /^10\.72\./);
  assertEquals(lab.claims("one"), {});
  lab.atRest();
});

Deno.test("F0-14: a network that the template gives up is given back with the next pod, the others are kept", () => {
  const lab = web(1), [primary, over] = lives(lab, "web-0");
  lab.ask("web", { [NETWORKS]: "net1" });
  lab.renew("web-0");
  lab.settle();
  assertEquals(lives(lab, "web-0").slice(0, 2), [primary, over]);
  assertEquals([records(lab), lab.claims("ext")], [2, {}]);
  lab.atRest();
});

Deno.test("F0-14: the set deleted, everything is free", () => {
  const lab = web();
  lab.delete(StatefulSet, "app/web");
  lab.settle();
  assertEquals([records(lab), all(lab)], [0, [[], [], []]]);
  lab.atRest();
});

const INSTANCE = {
  apiVersion: "kubevirt.io/v1",
  kind: "VirtualMachineInstance",
  metadata: { name: "vm1", uid: "vmi" },
};

function launch(lab: Workloads, name: string, asking: Readonly<Record<string, string>> = BOTH): void {
  lab.member(name, INSTANCE, asking, { "kubevirt.io": "virt-launcher" });
  lab.settle();
}

Deno.test("vm: each of its interfaces is kept through migration, stop and start", () => {
  const lab = attached({ making: false });
  lab.create(VirtualMachine, { metadata: { name: "vm1", namespace: "app" } });
  launch(lab, "a");
  const before = lives(lab, "a", "vm1");
  assertEquals(records(lab), 3);
  launch(lab, "b");
  assertEquals([lives(lab, "a", "vm1"), lives(lab, "b", "vm1")], [before, before]);
  lab.atRest();
  lab.finish("app/a");
  lab.kill("app/b");
  lab.settle();
  assertEquals(records(lab), 3);
  launch(lab, "c");
  assertEquals(lives(lab, "c", "vm1"), before);
  lab.atRest();
  lab.delete(VirtualMachine, "app/vm1");
  lab.kill("app/c");
  lab.settle();
  assertEquals([records(lab), all(lab)], [0, [[], [], []]]);
});

Deno.test("vm: a network that it gives up is given back, the others are not (#2486)", () => {
  const lab = attached({ making: false });
  lab.create(VirtualMachine, { metadata: { name: "vm1", namespace: "app" } });
  launch(lab, "a");
  const [primary, over] = lives(lab, "a", "vm1");
  lab.kill("app/a");
  launch(lab, "b", { [NETWORKS]: "net1" });
  assertEquals(lives(lab, "b", "vm1").slice(0, 2), [primary, over]);
  assertEquals([records(lab), lab.claims("ext")], [2, {}]);
  lab.atRest();
});
