/** Names over which a careless program trips. @see M60 */
import { assertEquals, assertMatch } from "@std/assert";
import { Namespace, Node, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { cluster } from "./cluster.ts";

for (const name of ["constructor", "prototype", "tostring", "valueof", "hasownproperty"]) {
  Deno.test(`names: everything may be called ${name}`, () => {
    const lab = cluster();
    lab.namespace(name, { [name]: name });
    lab.vpc(name, { namespaces: [name], defaultSubnet: name });
    lab.subnet(`a-${name}`, { cidrBlock: "10.66.0.0/24", vpc: name, namespaces: [name] });
    lab.subnet("sel", { cidrBlock: "10.67.0.0/24", namespaceSelectors: [{ matchLabels: { [name]: name } }] });
    lab.node(name);
    lab.settle();
    assertEquals(lab.bindingOf(name), `a-${name},sel`);
    lab.pod(`${name}/${name}`, {}, { node: name });
    lab.pod(`default/${name}`, { logical_switch: name, ip_pool: name });
    lab.settle();
    assertEquals([lab.addressOf(`${name}/${name}`), lab.told(Node, name).ip_address], [
      "10.66.0.2",
      "100.64.0.2",
    ]);
    assertEquals(lab.addressOf(`default/${name}`), undefined);
    lab.atRest();
    lab.kill(`${name}/${name}`);
    lab.delete(Vpc, name);
    lab.delete(Subnet, `a-${name}`);
    lab.delete(Node, name);
    lab.delete(Namespace, name);
    lab.settle();
    assertEquals([lab.get(Vpc, name), lab.get(Subnet, `a-${name}`), lab.records()], [
      undefined,
      undefined,
      [],
    ]);
    lab.atRest();
  });
}

Deno.test("names: a Subnet called like its Vpc, or like the default one, is refused as in Kube-OVN", () => {
  const lab = cluster();
  lab.vpc("blue");
  lab.subnet("blue", { cidrBlock: "10.66.0.0/24", vpc: "blue" });
  lab.subnet("ovn-cluster", { cidrBlock: "10.67.0.0/24" });
  lab.settle();
  for (const name of ["blue", "ovn-cluster"]) {
    assertMatch(
      lab.condition(Subnet, name)!.message,
      /^metadata\.name: .* is also the name of a Vpc; choose another name/,
    );
  }
  lab.atRest();
});

const proto = JSON.parse('{"__proto__":"x"}') as Record<string, string>;

Deno.test("names: __proto__ in selectors, names and annotations is a word like any other", () => {
  const lab = cluster();
  lab.subnet("sel", {
    cidrBlock: "10.66.0.0/24",
    namespaceSelectors: [{ matchLabels: proto }],
    namespaces: ["__proto__"],
  });
  lab.subnet("orphan", { cidrBlock: "10.67.0.0/24", vpc: "__proto__", namespaces: ["default"] });
  lab.vpc("blue", { namespaces: ["__proto__"], defaultSubnet: "__proto__" });
  for (const key of ["logical_switch", "ip_address", "ip_pool", "ip_family", "mac_address"]) {
    lab.pod(`default/${key.replace("_", "-")}`, { [key]: "__proto__" });
  }
  lab.pod("default/healthy");
  lab.settle();
  assertEquals([lab.ready("sel"), lab.ready("orphan")], [
    "True ResetLogicalSwitchAclSuccess",
    "False ValidateLogicalSwitchFailed",
  ]);
  assertEquals([lab.bindingOf("default"), lab.addressOf("default/healthy")], ["ovn-default", "10.16.0.2"]);
  for (const name of ["logical-switch", "ip-address", "ip-pool", "ip-family", "mac-address"]) {
    assertEquals(lab.warnings(Pod, `default/${name}`).length, 1, name);
  }
  lab.atRest();
});
