/** What an edit of a Subnet changes for those it served. */
import { assertEquals } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

Deno.test("edit: a whole new block for an unused Subnet starts at its lowest address", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/16", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  lab.kill("default/p");
  lab.settle();
  lab.merge(Subnet, "sn", {
    spec: { cidrBlock: "10.67.0.0/16", gateway: "10.67.0.1", excludeIps: ["10.67.0.1"] },
  });
  lab.pod("default/q");
  lab.settle();
  assertEquals(lab.addressOf("default/q"), "10.67.0.2");
  lab.atRest();
});

Deno.test("edit: what pods were told of their Subnet stays as it was told", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  const before = lab.told(Pod, "default/p");
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.66.0.0/23", gateway: "10.66.0.254" } });
  lab.settle();
  assertEquals(lab.told(Pod, "default/p"), before);
  assertEquals(lab.told(Namespace, "default").cidr, "10.66.0.0/23");
  lab.atRest();
});
