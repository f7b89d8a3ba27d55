/** What users write that only we may write: it means nothing. @see M59, M68 */
import { assert, assertEquals } from "@std/assert";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Pod `default/p` has 10.66.0.2. */
function served(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  return lab.settle();
}

Deno.test("forgery: a claim of nobody's goes; its address was nobody else's meanwhile", () => {
  const lab = served();
  const holder = { kind: "IP", name: "nobody.default", uid: "no-such-uid" };
  const spec = { subnet: "sn", subnetUid: lab.get(Subnet, "sn")!.metadata.uid, address: "10.66.0.3", holder };
  lab.create(AddressClaim, { metadata: { name: claimName("sn", "10.66.0.3") }, spec });
  lab.pod("default/q");
  lab.settle();
  assertEquals(lab.addressOf("default/q"), "10.66.0.4");
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "10.66.0.4": "q.default" });
  lab.atRest();
});

Deno.test("forgery: a claim in a pod's own name does not make a free address his", () => {
  const lab = served();
  const holder = { kind: "IP", name: "q.default", uid: "no-such-uid" }, ownerKey = "default/q";
  const subnetUid = lab.get(Subnet, "sn")!.metadata.uid;
  const spec = { subnet: "sn", subnetUid, address: "10.66.0.6", holder, ownerKey };
  lab.create(AddressClaim, { metadata: { name: claimName("sn", "10.66.0.6") }, spec });
  lab.pod("default/q");
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "10.66.0.3": "q.default" });
  lab.atRest();
});

Deno.test("forgery: `allocated` that we never wrote on a pod is no allocation", () => {
  const lab = served();
  lab.pod("default/liar", { allocated: "true", ip_address: "10.66.0.2", logical_switch: "sn" });
  lab.pod("default/asks", { allocated: "true", ip_address: "10.66.0.6", logical_switch: "sn" });
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "10.66.0.6": "asks.default" });
  assertEquals(lab.warnings(Pod, "default/liar"), [
    "AcquireAddressFailed AddressConflict: Subnet sn: 10.66.0.2 is held by IP p.default",
  ]);
  assertEquals(lab.warnings(Pod, "default/p"), []);
  for (const name of ["liar", "asks"]) lab.kill(`default/${name}`);
  lab.settle();
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default" });
  lab.atRest();
});

Deno.test("forgery: nor is it on a node", () => {
  const lab = served();
  const annotations = { allocated: "true", ip_address: "100.64.0.9", logical_switch: "join" };
  lab.create(Node, {
    metadata: {
      name: "n1",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([k, v]) => [`ovn.kubernetes.io/${k}`, v]),
      ),
    },
  });
  lab.settle();
  assertEquals([lab.told(Node, "n1").ip_address, lab.claims("join")], ["100.64.0.2", {
    "100.64.0.2": "node-n1",
  }]);
  lab.atRest();
});

for (const address of ["10.66.0.1", "10.66.0.0", "10.66.0.7", "10.99.0.9", "fd00::1", "garbage"]) {
  Deno.test(`forgery: \`allocated\` with ${address} takes no Subnet out of service, not even at a restart`, () => {
    const lab = served();
    lab.pod("default/liar", { allocated: "true", ip_address: address, logical_switch: "sn" });
    lab.settle();
    lab.atRest();
    lab.pod("default/q");
    lab.settle();
    assertEquals([lab.ready("sn"), lab.addressOf("default/q")], [
      "True ResetLogicalSwitchAclSuccess",
      "10.66.0.3",
    ]);
    assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "10.66.0.3": "q.default" });
    assert(lab.warnings(Pod, "default/liar").length > 0);
    lab.atRest();
    lab.kill("default/liar");
    lab.settle();
    assertEquals(lab.records(), ["p.default", "q.default"]);
    lab.atRest();
  });
}

Deno.test("forgery: a pod that claims to have a whole Subnet keeps nobody from it", () => {
  const lab = served();
  const all = Array.from({ length: 5 }, (_, i) => `10.66.0.${i + 2}`).join(",");
  lab.pod("default/liar", { allocated: "true", ip_address: all, logical_switch: "sn" });
  lab.settle();
  for (const name of ["a", "b", "c", "d"]) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(new Set(lab.addresses("a", "b", "c", "d")).size, 4);
  assertEquals(Object.keys(lab.claims("sn")).length, 5);
  lab.atRest();
});
