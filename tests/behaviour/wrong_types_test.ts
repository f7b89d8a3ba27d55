/** What the API server lets through only after somebody loosened a definition: fields of another type than they have. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Json } from "../../kube/api.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { cluster } from "./cluster.ts";

const ODD: readonly (readonly [Kind, string, Json])[] = [
  [Subnet, "cidrBlock", 10],
  [Subnet, "namespaces", "default"],
  [Subnet, "namespaces", 7],
  [Subnet, "namespaceSelectors", true],
  [Subnet, "excludeIps", { a: "b" }],
  [Subnet, "gateway", ["10.66.0.1"]],
  [Subnet, "provider", 1],
  [Subnet, "vpc", {}],
  [Vpc, "namespaces", 3],
  [IP, "v4IpAddress", 7],
  [IP, "podName", ["p"]],
  [IP, "subnet", 5],
  [IP, "macAddress", 1],
  [AddressClaim, "subnet", 1],
  [AddressClaim, "address", 2],
  [AddressClaim, "holder", "IP x"],
];

for (const [kind, field, value] of ODD) {
  Deno.test(`${kind.kind} with ${field} ${JSON.stringify(value)}: it says so, and harms nobody else`, () => {
    const lab = cluster();
    lab.smuggle(kind, { metadata: { name: "odd" }, spec: { [field]: value } });
    lab.settle();
    lab.subnet("red", { cidrBlock: "10.66.0.0/24" });
    lab.settle();
    lab.pod("default/web", { logical_switch: "red" });
    lab.pod("default/any");
    lab.settle();
    assertEquals([lab.addressOf("default/web"), lab.addressOf("default/any")], ["10.66.0.2", "10.16.0.2"]);
    const said = lab.announced.filter((a) => a.type === "Warning" && a.object.metadata.name === "odd");
    assertEquals(said.length > 0, true, "it says nothing");
    lab.start();
    lab.pod("default/later", { logical_switch: "red" });
    lab.settle();
    assertEquals(lab.addressOf("default/later"), "10.66.0.3");
  });
}
