/** Names at the edge: as long as Kubernetes allows, or such that a careless program trips over them. @see M60 */
import { assertEquals, assertMatch } from "@std/assert";
import { LONGEST_SUBNET_NAME } from "../../crds/address_claim.ts";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

const labels = ["l".repeat(63), "m".repeat(63), "n".repeat(63), "o".repeat(61)].join(".");
/** A legal name of that many characters. */
const long = (length: number) => labels.slice(0, length);

for (const length of [63, 64, LONGEST_SUBNET_NAME]) {
  Deno.test(`names: a Subnet of ${length} characters serves like any other`, () => {
    const lab = cluster(), name = long(length).replace(/\.$/, "x");
    lab.subnet(name, { cidrBlock: "10.66.0.0/24,fd00:66::/112", namespaces: ["default"] });
    lab.settle();
    lab.pod("default/p", { ip_address: "fd00:66::aaaa" });
    lab.settle();
    assertEquals(lab.addressOf("default/p"), "10.66.0.2,fd00:66::aaaa");
    const shown = lab.get(IP, "p.default")!.metadata.labels!;
    assertEquals(Object.keys(shown).includes(name), length <= 63);
    lab.atRest();
    lab.delete(Subnet, name);
    lab.kill("default/p");
    lab.settle();
    assertEquals([lab.get(Subnet, name), lab.records()], [undefined, []]);
  });
}

for (const length of [LONGEST_SUBNET_NAME + 1, 253]) {
  Deno.test(`names: a Subnet of ${length} characters is refused, with the limit; others are served`, () => {
    const lab = cluster(), name = long(length);
    lab.subnet(name, { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
    lab.settle();
    lab.pod("default/p");
    lab.settle();
    assertMatch(
      lab.condition(Subnet, name)!.message,
      new RegExp(
        `^metadata\\.name: .* ${length} characters.*; choose one of at most ${LONGEST_SUBNET_NAME} characters`,
      ),
    );
    assertEquals([lab.bindingOf("default"), lab.addressOf("default/p")], ["ovn-default", "10.16.0.2"]);
    lab.atRest();
    lab.delete(Subnet, name);
    lab.settle();
    assertEquals(lab.get(Subnet, name), undefined);
  });
}

Deno.test("names: a pod whose record could not be named says so, and the next one is served", () => {
  const lab = cluster(), namespace = "n".repeat(63);
  lab.namespace(namespace);
  lab.settle();
  lab.pod(`${namespace}/${long(253)}`);
  lab.pod(`${namespace}/${long(189)}`);
  lab.settle();
  assertMatch(
    lab.warnings(Pod, `${namespace}/${long(253)}`)[0]!,
    /317 characters, more than 253; choose a shorter pod name/,
  );
  assertEquals(lab.addressOf(`${namespace}/${long(189)}`), "10.16.0.2");
  lab.atRest();
});

Deno.test("names: a node and a pod whose records would have one name: the first has it, the second says whose it is", () => {
  for (const podFirst of [true, false]) {
    const lab = cluster();
    lab.namespace("y");
    lab.settle();
    if (podFirst) lab.pod("y/node-x");
    else lab.node("x.y");
    lab.settle();
    if (podFirst) lab.node("x.y");
    else lab.pod("y/node-x");
    lab.settle();
    const said = podFirst ? lab.warnings(Node, "x.y") : lab.warnings(Pod, "y/node-x");
    assertMatch(said[0]!, /AddressConflict: record node-x\.y belongs to (y\/node-x|x\.y)/);
    assertEquals(lab.addressOf("y/node-x"), podFirst ? "10.16.0.2" : undefined);
    lab.atRest();
    if (podFirst) lab.kill("y/node-x");
    else lab.delete(Node, "x.y");
    lab.settle();
    assertEquals(lab.get(IP, "node-x.y")?.spec.v4IpAddress, podFirst ? "100.64.0.2" : "10.16.0.2");
    lab.atRest();
  }
});
