/** Long lists of exclusions. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Namespace } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

const COUNT = 100_000;

/** `10.66.0.0` and up. */
const nth = (i: number) => `10.${66 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

Deno.test("huge exclusions: 100,000 addresses are left out, counted, and cost nobody else anything", () => {
  const lab = cluster();
  const excludeIps = Array.from({ length: COUNT }, (_, i) => nth(2 * i + 2));
  lab.subnet("huge", { cidrBlock: "10.64.0.0/12", gateway: "10.66.0.0", excludeIps });
  lab.subnet("healthy", { cidrBlock: "10.99.0.0/24", namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.ready("huge"), "True ResetLogicalSwitchAclSuccess");
  const { v4availableIPs, v4availableIPrange } = lab.get(Subnet, "huge")!.status!;
  assertEquals(v4availableIPs, 2 ** 20 - 2 - COUNT - 1);
  assert(v4availableIPrange!.length < 40_000 && v4availableIPrange!.endsWith(",..."));
  lab.pod("default/p");
  lab.pod("default/q", { logical_switch: "huge" });
  lab.pod("default/r", { logical_switch: "huge", ip_address: nth(2) });
  lab.settle();
  assertEquals(lab.addresses("p", "q", "r"), ["10.99.0.2", "10.64.0.1", nth(2)]);
  lab.atRest();
});

Deno.test("huge exclusions: 100,000 typos fit into one condition", () => {
  const lab = cluster();
  lab.subnet("huge", {
    cidrBlock: "10.66.0.0/16",
    excludeIps: Array.from({ length: COUNT }, (_, i) => `10.66.0.x${i}`),
  });
  lab.subnet("healthy", { cidrBlock: "10.99.0.0/24", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  const { message } = lab.condition(Subnet, "huge")!;
  assertMatch(
    message,
    /^spec\.excludeIps\[0\]: "10\.66\.0\.x0" is not an IP address; write .*and 99990 more entries are wrong/,
  );
  assert(message.length < 2000);
  assertEquals(lab.addressOf("default/p"), "10.99.0.2");
  lab.atRest();
});

Deno.test("huge exclusions: a namespace of such a Subnet is told what fits into its annotations, and pods are served", () => {
  const lab = cluster();
  const excludeIps = Array.from({ length: COUNT }, (_, i) => nth(2 * i + 2));
  lab.subnet("huge", { cidrBlock: "10.64.0.0/12", excludeIps, namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  assertEquals([lab.ready("huge"), lab.addressOf("default/p")], [
    "True ResetLogicalSwitchAclSuccess",
    "10.64.0.2",
  ]);
  const { logical_switch, exclude_ips = "" } = lab.told(Namespace, "default");
  assertEquals(logical_switch, "huge");
  assert(exclude_ips.length < 20_000 && exclude_ips.endsWith(",..."));
  lab.atRest();
});

Deno.test("huge exclusions: those outside the block, or of a family that it has not, are kept and harm nobody", () => {
  const lab = cluster();
  const excludeIps = ["10.67.0.5..10.67.0.9", "fd00::5", "10.66.0.250..10.67.0.3"];
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", excludeIps, namespaces: ["default"] });
  lab.settle();
  assertEquals(lab.get(Subnet, "sn")?.spec.excludeIps, [
    "10.66.0.1",
    "10.66.0.250..10.67.0.3",
    "10.67.0.5..10.67.0.9",
    "fd00::5",
  ]);
  assertEquals(lab.get(Subnet, "sn")?.status?.v4availableIPrange, "10.66.0.2-10.66.0.249");
  lab.atRest();
});
