/** Namespaces that go. @see M21 */
import { assertEquals, assertMatch } from "@std/assert";
import { Namespace, Pod } from "../../crds/foreign.ts";
import { cluster } from "./cluster.ts";

Deno.test("namespace: one that is going is not brought back, and not annotated", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.settle();
  lab.pod("app/p");
  lab.settle();
  lab.delete(Namespace, "app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  assertEquals([lab.bindingOf("app"), lab.ready("sn")], ["ovn-default", "True ResetLogicalSwitchAclSuccess"]);
  lab.kill("app/p");
  lab.settle();
  assertEquals([lab.get(Namespace, "app"), lab.records()], [undefined, []]);
  lab.namespace("app");
  lab.settle();
  assertEquals(lab.bindingOf("app"), "sn");
  lab.atRest();
});

Deno.test("namespace: a pod in a namespace that is not there any more is let go", () => {
  const lab = cluster();
  lab.namespace("app");
  lab.settle();
  lab.pod("app/waits", { logical_switch: "nowhere" });
  lab.settle();
  assertMatch(lab.warnings(Pod, "app/waits")[0]!, /NoSubnet: Subnet nowhere does not exist/);
  lab.delete(Namespace, "app");
  lab.kill("app/waits");
  lab.settle();
  assertEquals([lab.get(Namespace, "app"), lab.records()], [undefined, []]);
  lab.atRest();
});
