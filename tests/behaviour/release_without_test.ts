/** Releasing an address needs its record, and nothing else. @see F1 */
import { assertEquals } from "@std/assert";
import { Namespace } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Pod `app/p` has 10.66.0.2 of Subnet `sn`. */
function served(): Cluster {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  lab.pod("app/p");
  return lab.settle();
}

Deno.test("release: it needs no namespace", () => {
  const lab = served();
  lab.delete(Namespace, "app");
  lab.settle();
  lab.kill("app/p");
  lab.settle();
  assertEquals(lab.get(Namespace, "app"), undefined);
  lab.nothingLeft();
});

Deno.test("release: a Subnet that is deleted first stays until its last pod is gone, and says who that is (F1-3)", () => {
  const lab = served();
  lab.delete(Subnet, "sn");
  lab.settle();
  const { status, reason, message } = lab.condition(Subnet, "sn", "Deletable")!;
  assertEquals([status, reason, message], ["False", "InUse", "AddressClaim sn.10.66.0.2"]);
  lab.kill("app/p");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.nothingLeft();
});

Deno.test("release: it needs no Subnet: one removed by force keeps nothing back (F1-4)", () => {
  const lab = served();
  lab.delete(Subnet, "sn");
  lab.strip(Subnet, "sn");
  lab.settle();
  assertEquals([lab.get(Subnet, "sn"), lab.addressOf("app/p")], [undefined, "10.66.0.2"]);
  lab.kill("app/p");
  lab.settle();
  lab.nothingLeft();
});

Deno.test("release: so it is where the pod had gone before the Subnet was removed by force", () => {
  const lab = served();
  lab.kill("app/p");
  lab.delete(Subnet, "sn");
  lab.strip(Subnet, "sn");
  lab.start();
  lab.nothingLeft();
});
