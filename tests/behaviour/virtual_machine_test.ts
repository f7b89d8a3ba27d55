/** A virtual machine's addresses are its own, whichever pods run it. @see S7 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Pod, VirtualMachine } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Workloads, workloads } from "./workloads.ts";

const INSTANCE = {
  apiVersion: "kubevirt.io/v1",
  kind: "VirtualMachineInstance",
  metadata: { name: "vm1", uid: "vmi" },
};

/** Where instances are only named: a garbage collector would miss them. */
const nobody = () => workloads({ making: false });

/** A pod that runs `vm1`. */
function launch(lab: Workloads, name: string, asking: Readonly<Record<string, string>> = {}): void {
  lab.member(name, INSTANCE, asking, { "kubevirt.io": "virt-launcher" });
}

/** Machine `vm1` of namespace `app`, run by pod `a`. */
function running(lab: Workloads = nobody()): Workloads {
  lab.create(VirtualMachine, { metadata: { name: "vm1", namespace: "app" }, spec: { running: true } });
  launch(lab, "a");
  return lab.settle();
}

/** Uid, address and MAC of the machine's record. */
function identity(lab: Workloads): readonly (string | undefined)[] {
  const record = lab.get(IP, "vm1.app");
  return [record?.metadata.uid, record?.spec.v4IpAddress, record?.spec.macAddress];
}
const shown = (lab: Workloads, ...pods: readonly string[]) => pods.map((pod) => lab.addressOf(`app/${pod}`));

Deno.test("vm: its record has its name, and the pod that runs it is told so", () => {
  const lab = running(), { spec } = lab.get(IP, "vm1.app")!;
  assertEquals([spec.podName, spec.namespace, spec.podType], ["vm1", "app", "VirtualMachine"]);
  assertEquals([lab.kept(), lab.claims("sn1")], [["vm1.app"], { "10.66.0.2": "vm1.app" }]);
  assertEquals(lab.told(Pod, "app/a").virtualmachine, "vm1");
  lab.atRest();
});

Deno.test("vm: stopped and started it has its address and its MAC, whoever was running meanwhile", () => {
  for (const watched of [true, false]) {
    const lab = running(), before = identity(lab);
    lab.engine.lead(watched);
    lab.kill("app/a");
    lab.settle();
    assertEquals(identity(lab), before);
    launch(lab, "b");
    lab.start();
    assertEquals([identity(lab), ...shown(lab, "b")], [before, "10.66.0.2"]);
    lab.atRest();
  }
});

Deno.test("vm: stopped and then deleted it gives its address back, without any event of a pod (#5367)", () => {
  const lab = running();
  lab.kill("app/a");
  lab.settle();
  lab.atRest();
  lab.delete(VirtualMachine, "app/vm1");
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.atRest();
});

Deno.test("vm: deleted while it runs, its address is free when its last pod is gone", () => {
  const lab = running();
  launch(lab, "b");
  lab.settle();
  lab.delete(VirtualMachine, "app/vm1");
  lab.settle();
  lab.kill("app/a");
  lab.settle();
  assertEquals([lab.kept(), ...shown(lab, "b")], [["vm1.app"], "10.66.0.2"]);
  lab.atRest();
  lab.kill("app/b");
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.atRest();
});

Deno.test("vm: migrated, both pods show its address; the one that is left keeps it, whichever that is", () => {
  for (const [gone, left] of [["a", "b"], ["b", "a"]] as const) {
    for (const end of ["finish", "kill"] as const) {
      const lab = running(), before = identity(lab);
      launch(lab, "b");
      lab.settle();
      assertEquals([identity(lab), ...shown(lab, "a", "b")], [before, "10.66.0.2", "10.66.0.2"]);
      assertEquals([lab.warnings(Pod, "app/a"), lab.warnings(Pod, "app/b")], [[], []]);
      assertEquals(lab.get(Subnet, "sn1")!.status!.v4usingIPs, 1);
      lab.atRest();
      lab[end](`app/${gone}`);
      lab.settle();
      assertEquals([identity(lab), ...shown(lab, left)], [before, "10.66.0.2"]);
      lab.atRest();
    }
  }
});

Deno.test("vm: migrated again and again, finished pods of earlier migrations lie about and hold nothing", () => {
  const lab = running(), before = identity(lab);
  for (const [from, to] of [["a", "b"], ["b", "c"], ["c", "d"]] as const) {
    launch(lab, to);
    lab.settle();
    lab.finish(`app/${from}`);
    lab.settle();
    assertEquals([identity(lab), ...shown(lab, to)], [before, "10.66.0.2"]);
  }
  lab.atRest();
});

Deno.test("vm: what somebody deletes by hand during a migration comes back as it was", () => {
  for (const kinds of [[IP], [AddressClaim], [IP, AddressClaim]]) {
    const lab = running(), [, ...address] = identity(lab);
    launch(lab, "b");
    lab.settle();
    for (const kind of kinds) {
      for (const { metadata: { name } } of lab.list(kind)) {
        if (name === "vm1.app" || name.startsWith("sn1.")) lab.delete(kind, name);
      }
    }
    lab.settle();
    assertEquals([identity(lab).slice(1), ...shown(lab, "a", "b")], [address, "10.66.0.2", "10.66.0.2"]);
    assertEquals(lab.claims("sn1"), { "10.66.0.2": "vm1.app" });
    lab.atRest();
  }
});

Deno.test("vm: an instance without a machine has an address as long as a pod runs it", () => {
  const lab = nobody();
  launch(lab, "a");
  lab.settle();
  assertEquals([lab.kept(), ...shown(lab, "a")], [["vm1.app"], "10.66.0.2"]);
  lab.atRest();
  lab.kill("app/a");
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.atRest();
});

Deno.test("vm: a machine that is seen only after its pod keeps the address all the same", () => {
  const lab = nobody();
  launch(lab, "a");
  lab.settle();
  lab.create(VirtualMachine, { metadata: { name: "vm1", namespace: "app" } });
  lab.settle();
  const before = identity(lab);
  lab.kill("app/a");
  lab.settle();
  assertEquals(identity(lab), before);
  lab.atRest();
});

Deno.test("vm: where KubeVirt is not served, whoever says to run a machine is a pod like others", () => {
  const lab = workloads({ making: false, served: [] });
  launch(lab, "a");
  lab.settle();
  assertEquals(shown(lab, "a"), ["10.66.0.2"]);
  lab.kill("app/a");
  lab.settle();
  assertEquals([lab.kept(), lab.claims("sn1")], [[], {}]);
  lab.atRest();
});

Deno.test("vm: a pod with the machine's name is told who has the record", () => {
  const lab = running();
  lab.pod("app/vm1");
  lab.settle();
  assertEquals(lab.addressOf("app/vm1"), undefined);
  assertMatch(
    lab.warnings(Pod, "app/vm1").join(),
    /AddressConflict: record vm1\.app belongs to app\/VirtualMachine\/vm1/,
  );
  lab.atRest();
});

Deno.test("F2-8: with another address in its template a machine keeps its own, and its pod says so", () => {
  const lab = running(), before = identity(lab);
  lab.kill("app/a");
  launch(lab, "b", { ip_address: "10.66.0.99" });
  lab.settle();
  assertEquals([identity(lab), ...shown(lab, "b")], [before, "10.66.0.2"]);
  assertMatch(
    lab.warnings(Pod, "app/b").join(),
    /^FixedIPChangeDenied 10\.66\.0\.99 .*10\.66\.0\.2.*VirtualMachine/,
  );
  lab.atRest();
});

Deno.test("F2-8: with another Subnet in its template a machine moves when it is started anew, not while it migrates", () => {
  const lab = running(), before = identity(lab);
  launch(lab, "b", { logical_switch: "sn2" });
  lab.settle();
  assertEquals([identity(lab), ...shown(lab, "b")], [before, "10.66.0.2"]);
  lab.kill("app/a");
  lab.kill("app/b");
  launch(lab, "c", { logical_switch: "sn2" });
  lab.settle();
  assertNotEquals(identity(lab)[0], before[0]);
  assertEquals([...shown(lab, "c"), lab.claims("sn1")], ["10.67.0.2", {}]);
  lab.atRest();
});

Deno.test("vm: while its Subnet is going it gets its address back, and the Subnet says who holds it", () => {
  const lab = running();
  lab.delete(Subnet, "sn1");
  lab.settle();
  lab.kill("app/a");
  launch(lab, "b");
  lab.settle();
  assertEquals(shown(lab, "b"), ["10.66.0.2"]);
  assertMatch(lab.condition(Subnet, "sn1", "Deletable")!.message, /AddressClaim sn1\.10\.66\.0\.2/);
  lab.delete(VirtualMachine, "app/vm1");
  lab.kill("app/b");
  lab.settle();
  assertEquals([lab.get(Subnet, "sn1"), lab.kept()], [undefined, []]);
});

Deno.test("vm: a network that only one of its pods asks for is given back when that one is gone", () => {
  for (const end of ["finish", "kill"] as const) {
    const lab = running();
    lab.subnet("sn3", { cidrBlock: "10.68.0.0/24", provider: "net1.app.ovn" });
    lab.network("app/net1", { type: "kube-ovn" });
    lab.merge(Pod, "app/a", { metadata: { annotations: { "k8s.v1.cni.cncf.io/networks": "net1" } } });
    lab.settle();
    launch(lab, "b");
    lab.settle();
    const records = () => lab.records().filter((name) => name.startsWith("vm1.app"));
    assertEquals(records(), ["vm1.app", "vm1.app.net1.app.ovn"]);
    lab.atRest();
    lab[end]("app/a");
    lab.settle();
    assertEquals([records(), ...shown(lab, "b")], [["vm1.app"], "10.66.0.2"]);
    lab.atRest();
  }
});

Deno.test("vm: a pod that does not ask for a network leaves alone what another one is about to be told", () => {
  const lab = running(), records = () => lab.records().filter((name) => name.startsWith("vm1.app"));
  lab.subnet("sn3", { cidrBlock: "10.68.0.0/24", provider: "net1.app.ovn" });
  lab.network("app/net1", { type: "kube-ovn" });
  lab.settle();
  lab.intercept = ({ verb, resource }) =>
    verb === "apply" && resource === Pod
      ? { outcome: "transient", status: 503, reason: "ServiceUnavailable", message: "" }
      : undefined;
  launch(lab, "b", { "k8s.v1.cni.cncf.io/networks": "net1" });
  lab.settle();
  lab.merge(Pod, "app/a", { metadata: { annotations: { "ovn.kubernetes.io/touched": "1" } } });
  lab.settle();
  const uid = lab.get(IP, "vm1.app.net1.app.ovn")?.metadata.uid;
  assertEquals(records(), ["vm1.app", "vm1.app.net1.app.ovn"]);
  lab.intercept = () => undefined;
  lab.settle({ ms: 60_000 });
  assertEquals(lab.get(IP, "vm1.app.net1.app.ovn")?.metadata.uid, uid);
  assertEquals(
    lab.get(Pod, "app/b")?.metadata.annotations?.["net1.app.ovn.kubernetes.io/ip_address"],
    "10.68.0.2",
  );
  lab.kill("app/b");
  lab.settle();
  assertEquals(records(), ["vm1.app"]);
  lab.atRest();
});
