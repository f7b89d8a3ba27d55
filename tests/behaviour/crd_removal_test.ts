/** Somebody removes our CustomResourceDefinitions, and puts them back. @see M64 */
import { assertEquals, assertMatch } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { definitions } from "../../crds/mod.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Resource } from "../../kube/resource.ts";
import { type Cluster, cluster } from "./cluster.ts";

const DEFINITION: Resource = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const nameOf = (kind: Kind): string => `${kind.plural}.${kind.apiVersion.split("/")[0]}`;

/** Pods `a` and `b` have 10.66.0.2 and 10.66.0.3 of five. */
function served(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  for (const name of ["a", "b"]) {
    lab.pod(`default/${name}`);
    lab.settle();
  }
  return lab;
}

/** The objects go with their definition; the watch ends. */
function remove(lab: Cluster, kind: Kind): void {
  lab.do({ verb: "delete", resource: DEFINITION, key: nameOf(kind) });
  lab.settle();
  lab.engine.lost(kind);
}

/** The watch begins anew with what is there: nothing. */
function install(lab: Cluster, kind: Kind): void {
  const body = definitions.find(({ metadata }) => metadata.name === nameOf(kind));
  lab.do({ verb: "create", resource: DEFINITION, body, manager: "user" });
  const { items, metadata } = lab.do({ verb: "list", resource: kind });
  lab.engine.store.replace(kind, items, metadata.resourceVersion);
  lab.engine.synced(kind);
  lab.settle();
}

for (const kinds of [[AddressClaim], [IP], [AddressClaim, IP]]) {
  const named = kinds.map(({ plural }) => plural).join(" and ");

  Deno.test(`CRD: without ${named} nothing is decided; put back, every pod has its own address and no other`, () => {
    const lab = served();
    for (const kind of kinds) remove(lab, kind);
    const mark = lab.sent.length;
    lab.pod("default/late");
    lab.settle();
    assertEquals([lab.writes(mark), lab.addressOf("default/late")], [[], undefined]);
    for (const kind of kinds) install(lab, kind);
    assertEquals(lab.addresses("a", "b", "late"), ["10.66.0.2", "10.66.0.3", "10.66.0.4"]);
    assertEquals(lab.claims("sn"), {
      "10.66.0.2": "a.default",
      "10.66.0.3": "b.default",
      "10.66.0.4": "late.default",
    });
    for (const { spec } of lab.list(AddressClaim)) {
      assertEquals(lab.get(IP, spec.holder.name)?.metadata.uid, spec.holder.uid);
    }
    lab.atRest();
  });

  Deno.test(`CRD: ${named} removed and put back while nobody was running are rebuilt from what pods show`, () => {
    const lab = served();
    for (const kind of kinds) {
      lab.do({ verb: "delete", resource: DEFINITION, key: nameOf(kind) });
      lab.settle();
      lab.do({
        verb: "create",
        resource: DEFINITION,
        body: definitions.find(({ metadata }) => metadata.name === nameOf(kind)),
        manager: "user",
      });
    }
    lab.pod("default/late");
    lab.start();
    assertEquals(lab.addresses("a", "b", "late"), ["10.66.0.2", "10.66.0.3", "10.66.0.4"]);
    lab.atRest();
  });
}

Deno.test("CRD: Subnets that go with their definition are held by their pods' claims, and are gone once those are", () => {
  const lab = served();
  lab.do({ verb: "delete", resource: DEFINITION, key: nameOf(Subnet) });
  lab.settle();
  assertEquals(lab.list(Subnet).map(({ metadata }) => metadata.name), ["sn"]);
  assertEquals(lab.addresses("a", "b"), ["10.66.0.2", "10.66.0.3"]);
  for (const name of ["a", "b"]) lab.kill(`default/${name}`);
  lab.settle();
  lab.engine.lost(Subnet);
  install(lab, Subnet);
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/c");
  lab.settle();
  assertMatch(lab.addressOf("default/c") ?? "", /^10\.66\.0\./);
  assertEquals(lab.records(), ["c.default"]);
  lab.start(); // brings the default Subnets back
  lab.atRest();
});
