/** Who keeps the addresses of a pod. @see F0 */
import { assertEquals } from "@std/assert";
import { IDENTITY, IDENTITY_UID } from "../../crds/annotations.ts";
import type { Pod } from "../../crds/foreign.ts";
import {
  identityAnnotations,
  identityOf,
  identityOfRecord,
  keeps,
  memberOf,
  ownerKeyOfPod,
  sharersOf,
} from "../../crds/identity.ts";
import type { IP } from "../../crds/ip.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { ip, pod } from "../world.ts";

const kruise = "apps.kruise.io/v1beta1", kubevirt = "kubevirt.io/v1";

/** `pod("app/web-0")` that names a controller. */
function controlled(
  key: string,
  [apiVersion, kind, name]: readonly [string, string, string],
  labels: Readonly<Record<string, string>> = {},
): Pod {
  const made = pod(key), reference = { apiVersion, kind, name, uid: "owner", controller: true };
  return { ...made, metadata: { ...made.metadata, labels, ownerReferences: [reference] } };
}
const launcher = { "kubevirt.io": "virt-launcher" };

/** `StatefulSet app/web owner` */
function told(pod: Pod): string | undefined {
  const identity = identityOf(pod);
  return identity && `${identity.keeper.kind.kind} ${identity.key} ${identity.uid}`;
}

Deno.test("a pod is a member of the set that controls it and whose name its own begins with", () => {
  assertEquals(told(controlled("app/web-0", ["apps/v1", "StatefulSet", "web"])), "StatefulSet app/web owner");
  assertEquals(
    told(controlled("app/web-0", [kruise, "StatefulSet", "web"])),
    "AdvancedStatefulSet app/web owner",
  );
});

Deno.test("a pod whose name is not its controller's with a number is nobody's, and so is one of other controllers", () => {
  assertEquals(told(pod("app/web-0")), undefined);
  assertEquals(told(controlled("app/web-0", ["apps/v1", "StatefulSet", "db"])), undefined);
  assertEquals(told(controlled("app/web-x", ["apps/v1", "StatefulSet", "web"])), undefined);
  assertEquals(told(controlled("app/web-0", ["apps/v1", "ReplicaSet", "web"])), undefined);
  assertEquals(told(controlled("app/web-0", ["example.org/v1", "StatefulSet", "web"])), undefined);
  const [reference] = controlled("app/web-0", ["apps/v1", "StatefulSet", "web"]).metadata.ownerReferences!;
  const made = pod("app/web-0"), ownerReferences = [{ ...reference!, controller: false }];
  assertEquals(told({ ...made, metadata: { ...made.metadata, ownerReferences } }), undefined);
});

Deno.test("the pods that run a virtual machine are one owner, under its name and a key that no pod has", () => {
  const one = controlled("app/virt-launcher-vm1-x", [kubevirt, "VirtualMachineInstance", "vm1"], launcher);
  const other = controlled("app/virt-launcher-vm1-y", [kubevirt, "VirtualMachineInstance", "vm1"], launcher);
  assertEquals(told(one), "VirtualMachine app/vm1 undefined");
  assertEquals([one, other].map(ownerKeyOfPod), ["app/VirtualMachine/vm1", "app/VirtualMachine/vm1"]);
  assertEquals([one, pod("app/p")].map(memberOf), ["vm1", "p"]);
  const unlabelled = controlled("app/p", [kubevirt, "VirtualMachineInstance", "vm1"]);
  assertEquals([told(unlabelled), ownerKeyOfPod(unlabelled)], [undefined, "app/p"]);
});

Deno.test("only the sharers of a virtual machine are found by a list", () => {
  assertEquals(sharersOf("app/VirtualMachine/vm1"), {
    namespace: "app",
    labelSelector: "kubevirt.io=virt-launcher",
  });
  assertEquals([sharersOf("app/p"), sharersOf("n1"), sharersOf(undefined)], [
    undefined,
    undefined,
    undefined,
  ]);
});

const record = (name: string, annotations: Readonly<Record<string, string>>, podType = ""): IP => {
  const made = ip({ owner: `app/${name}`, subnet: "sn", addresses: [] }, { annotations });
  return { ...made, spec: { ...made.spec, podType } };
};
const said = (ip: IP) => {
  const identity = identityOfRecord(ip);
  return identity && `${identity.keeper.kind.kind} ${identity.key} ${identity.uid}`;
};

Deno.test("a record says who keeps it as its pod said it", () => {
  for (
    const [member, controller, labels] of [
      ["web-0", ["apps/v1", "StatefulSet", "web"], {}],
      ["web-0", [kruise, "StatefulSet", "web"], {}],
      ["vm1", [kubevirt, "VirtualMachineInstance", "vm1"], launcher],
    ] as const
  ) {
    const of = controlled(`app/${member}`, controller, labels), identity = identityOf(of)!;
    assertEquals(said(record(member, identityAnnotations(identity))), told(of));
  }
  assertEquals(said(record("p", {})), undefined);
  assertEquals(said(record("p", { [IDENTITY]: "Nonsense", [IDENTITY_UID]: "u" })), undefined);
});

Deno.test("a record of Kube-OVN has its type alone, and the set's name is what comes before the number", () => {
  assertEquals(said(record("web-1-0", {}, "StatefulSet")), "StatefulSet app/web-1 undefined");
  assertEquals(said(record("vm1", {}, "VirtualMachine")), "VirtualMachine app/vm1 undefined");
  assertEquals(said(record("web", {}, "StatefulSet")), undefined);
});

const owner = (more: object = {}, spec: object = { replicas: 2 }): Obj => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "web", namespace: "app", uid: "owner", resourceVersion: "1", ...more },
  spec,
});

Deno.test("a set keeps the members in its window while it is that very set and not going", () => {
  const identity = identityOf(controlled("app/web-1", ["apps/v1", "StatefulSet", "web"]))!;
  assertEquals(["web-0", "web-1", "web-2", "web-x", "db-0"].map((m) => keeps(owner(), identity, m)), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(keeps(owner({ uid: "another" }), identity, "web-1"), false);
  assertEquals(keeps(owner({ deletionTimestamp: "2026-01-01T00:00:00Z" }), identity, "web-1"), false);
  assertEquals(keeps(owner({}, {}), identity, "web-1"), false);
});

Deno.test("an OpenKruise set keeps nothing under a reserved number; a virtual machine keeps whatever it is", () => {
  const advanced = identityOf(controlled("app/web-1", [kruise, "StatefulSet", "web"]))!;
  const reserving = owner({}, { replicas: 2, reserveOrdinals: [1] });
  assertEquals(["web-0", "web-1", "web-2"].map((m) => keeps(reserving, advanced, m)), [true, false, true]);
  const machine = identityOf(
    controlled("app/l", [kubevirt, "VirtualMachineInstance", "vm1"], launcher),
  )!;
  assertEquals(keeps(owner({ name: "vm1", uid: "another" }), machine, "vm1"), true);
});
