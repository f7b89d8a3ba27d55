/** The first and the last address of a block, its gateway, and what lies beyond. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Everybody in namespace `default` is served by this Subnet. */
function served(cidrBlock: string, gateway = ""): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock, gateway, namespaces: ["default"] });
  return lab.settle();
}

Deno.test("block: nobody gets the network's, the last or the gateway's address, nor one from outside", () => {
  const lab = served("10.66.0.0/24,fd00:66::/112", "10.66.0.99");
  const refused: Readonly<Record<string, RegExp>> = {
    "10.66.0.0": /AddressOutOfRange: .* network address/,
    "10.66.0.255": /AddressOutOfRange: .* last address/,
    "10.66.0.99": /AddressConflict: .* is the gateway/,
    "10.67.0.5": /AddressOutOfRange: .* is outside 10.66.0.0\/24/,
    "fd00:66::": /AddressOutOfRange: .* network address/,
    "fd00:66::ffff": /AddressOutOfRange: .* last address/,
    "fd00:66::1": /AddressConflict: .* is the gateway/,
  };
  const asked = [...Object.entries(refused).entries()];
  for (const [i, [address]] of asked) lab.pod(`default/p${i}`, { ip_address: address });
  lab.pod("default/healthy");
  lab.settle();
  for (const [i, [, words]] of asked) {
    assertEquals(lab.addressOf(`default/p${i}`), undefined);
    assertMatch(lab.warnings(Pod, `default/p${i}`)[0]!, words);
  }
  assertEquals(lab.addressOf("default/healthy"), "10.66.0.1,fd00:66::2");
  lab.atRest();
});

Deno.test("block: a /31 and a /127 use both their addresses, one of them for the gateway", () => {
  const lab = served("10.66.0.0/31,fd00:66::/127");
  lab.pod("default/a");
  lab.settle();
  lab.pod("default/b");
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.66.0.1,fd00:66::1", undefined]);
  const { v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs } = lab.get(Subnet, "sn")!.status!;
  assertEquals([v4usingIPs, v4availableIPs, v6usingIPs, v6availableIPs], [1, 0, 1, 0]);
  lab.atRest();
});

Deno.test("block: a block of a single address is refused by the API server", () => {
  const lab = cluster();
  for (const cidrBlock of ["10.66.0.7/32", "fd00:66::7/128", "10.66.0.0/24,fd00:66::7/128"]) {
    assertThrows(() => lab.subnet("single", { cidrBlock }), Error, "at least two addresses");
  }
});
