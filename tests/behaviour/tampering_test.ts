/** What users do to what is ours: it is put back, and nobody loses an address over it. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { type Cluster, cluster, prefixed } from "./cluster.ts";

const CLAIM = claimName("sn", "10.66.0.2");

/** Pod `default/p` has 10.66.0.2. */
function served(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  return lab.settle();
}

/** As before; and a newcomer, also one that asks for it, does not get the address. */
function stillHis(lab: Cluster): void {
  lab.pod("default/any");
  lab.pod("default/asks", { ip_address: "10.66.0.2" });
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.66.0.2");
  assertEquals(lab.addresses("any", "asks"), ["10.66.0.3", undefined]);
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "10.66.0.3": "any.default" });
  assertEquals(lab.get(AddressClaim, CLAIM)?.spec.holder.uid, lab.get(IP, "p.default")?.metadata.uid);
  lab.atRest();
}

Deno.test("tampering: a record deleted by hand comes back with its address", () => {
  const lab = served(), before = lab.get(IP, "p.default")!;
  lab.delete(IP, "p.default");
  lab.settle();
  assertNotEquals(lab.get(IP, "p.default")?.metadata.uid, before.metadata.uid);
  assertEquals(lab.get(IP, "p.default")?.spec, before.spec);
  stillHis(lab);
});

Deno.test("tampering: a claim deleted by hand comes back", () => {
  const lab = served();
  lab.delete(AddressClaim, CLAIM);
  lab.settle();
  stillHis(lab);
});

Deno.test("tampering: record and claim deleted at once come back, also when nobody was running", () => {
  for (const running of [true, false]) {
    const lab = served();
    lab.delete(IP, "p.default");
    lab.delete(AddressClaim, CLAIM);
    if (running) lab.settle();
    else lab.start();
    stillHis(lab);
  }
});

for (
  const [key, value] of Object.entries({
    ip_address: "10.66.0.5",
    mac_address: "0a:00:5e:00:53:01",
    allocated: "false",
    logical_switch: "join",
    routed: "false",
  })
) {
  for (const to of [value, null]) {
    Deno.test(`tampering: a pod's ${key} set to ${to} is put back; the address stays his`, () => {
      const lab = served(), before = lab.told(Pod, "default/p");
      lab.merge(Pod, "default/p", { metadata: { annotations: { [`ovn.kubernetes.io/${key}`]: to } } });
      lab.settle();
      assertEquals(lab.told(Pod, "default/p"), before);
      stillHis(lab);
    });
  }
}

Deno.test("tampering: a stripped finalizer of a Subnet or Vpc that stays comes back", () => {
  const lab = served();
  lab.strip(Subnet, "sn");
  lab.strip(Vpc, "ovn-cluster");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn")?.metadata.finalizers, [FINALIZER]);
  assertEquals(lab.get(Vpc, "ovn-cluster")?.metadata.finalizers, [FINALIZER]);
  stillHis(lab);
});

Deno.test("tampering: conditions and counters that somebody edits are put back, and never believed", () => {
  const lab = served();
  const conditions = [{ type: "Ready", status: "False", reason: "Bogus", message: "by hand" }];
  lab.status(Subnet, "sn", { conditions, v4availableIPs: 0, v4usingIPs: 6 });
  lab.settle();
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  assertEquals(lab.get(Subnet, "sn")?.status?.v4availableIPs, 4);
  assertEquals(lab.condition(Subnet, "sn", "Validated")?.status, "True");
  stillHis(lab);
});

for (const part of ["labels", "annotations"]) {
  Deno.test(`tampering: ${part} taken off a record make it no reservation: it still goes with its pod`, () => {
    const lab = served();
    lab.merge(IP, "p.default", { metadata: { [part]: null } });
    lab.settle();
    stillHis(lab);
    lab.kill("default/p");
    lab.settle();
    assertEquals(lab.get(IP, "p.default"), undefined);
    lab.atRest();
  });
}

Deno.test("tampering: annotations taken off a record come back, also when its Subnet was edited away from its address", () => {
  const lab = served();
  lab.merge(IP, "p.default", { metadata: { annotations: null } });
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.67.0.0/29", gateway: "10.67.0.1" } });
  lab.settle();
  const serves = lab.get(IP, "p.default")?.metadata.annotations?.["ipam.cadastre.internal/owner-uid"];
  assertEquals(serves, lab.get(Pod, "default/p")?.metadata.uid);
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.atRest();
});

Deno.test("tampering: a finalizer put on a record holds its name, not its pod's address for ever", () => {
  const lab = served();
  lab.merge(IP, "p.default", { metadata: { finalizers: ["example.com/theirs"] } });
  lab.kill("default/p");
  lab.pod("default/p", prefixed({}));
  lab.settle();
  assertEquals(lab.addressOf("default/p"), undefined);
  assertEquals(lab.warnings(Pod, "default/p"), [
    "AcquireAddressFailed AddressConflict: record p.default of an earlier owner is held by finalizer example.com/theirs",
  ]);
  lab.atRest();
  lab.strip(IP, "p.default");
  lab.settle();
  assertEquals(lab.records(), ["p.default"]);
  lab.atRest();
});
