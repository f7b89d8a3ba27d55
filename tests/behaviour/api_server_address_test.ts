/** Pods must not have the address at which they find the API server. */
import { assertEquals } from "@std/assert";
import { Subnet } from "../../crds/subnet.ts";
import { apiServerAddress } from "../../runtime/api_server_address.ts";
import { cluster } from "./cluster.ts";

const ADDRESS = "10.66.0.3", BLOCK = { cidrBlock: "10.66.0.0/24", namespaces: ["default"] };

Deno.test("API server: a Subnet with its address in the block is not served, and says what to do; its pods say so too", () => {
  const lab = cluster({ apiServer: ADDRESS });
  lab.subnet("sn", BLOCK);
  lab.pod("default/p", { logical_switch: "sn" });
  lab.settle();
  const why = `spec.cidrBlock: ${ADDRESS} in it is the address of the API server; choose a block without it`;
  assertEquals(lab.verdict(Subnet, "sn"), `False ValidateLogicalSwitchFailed ${why}`);
  assertEquals(lab.claims("sn"), {});
  lab.merge(Subnet, "sn", { spec: { cidrBlock: "10.67.0.0/24", gateway: null, excludeIps: null } });
  lab.settle();
  assertEquals([lab.ready("sn"), lab.addressOf("default/p")], [
    "True ResetLogicalSwitchAclSuccess",
    "10.67.0.2",
  ]);
  lab.atRest();
});

Deno.test("API server: a Subnet that is in use already stays so, does not draw its address, and says so", () => {
  const lab = cluster({ apiServer: ADDRESS });
  lab.subnet("sn", { ...BLOCK, cidrBlock: "10.67.0.0/24" });
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { ...BLOCK, gateway: null, excludeIps: null } });
  lab.settle();
  for (const name of ["a", "b"]) lab.pod(`default/${name}`);
  lab.settle();
  assertEquals(lab.addresses("a", "b"), ["10.66.0.2", "10.66.0.4"]);
  assertEquals(
    lab.verdict(Subnet, "sn"),
    `True ResetLogicalSwitchAclSuccess spec.cidrBlock: ${ADDRESS} in it is the address of the API server, and is not drawn`,
  );
  lab.atRest();
});

Deno.test("API server: where its address is not known, or is none, nothing is refused", () => {
  for (const options of [{}, { apiServer: "api.example.com" }]) {
    const lab = cluster(options);
    lab.subnet("sn", BLOCK);
    lab.settle();
    assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  }
});

Deno.test("API server: Subnets of another Vpc, of a vlan or of another provider do not meet it", () => {
  const lab = cluster({ apiServer: ADDRESS });
  lab.vpc("own");
  lab.vlan("v1");
  lab.subnet("a", { cidrBlock: BLOCK.cidrBlock, vpc: "own" });
  lab.subnet("b", { cidrBlock: BLOCK.cidrBlock, vlan: "v1" });
  lab.subnet("c", { cidrBlock: BLOCK.cidrBlock, provider: "net.kube-system" });
  lab.settle();
  assertEquals(["a", "b", "c"].map((name) => lab.condition(Subnet, name)?.status), ["True", "True", "True"]);
  lab.atRest();
});

Deno.test("API server: its address is known to a pod of its cluster only, and is what Kubernetes tells it", () => {
  const told = (server: string, host?: string) => apiServerAddress({ server }, () => host);
  assertEquals(told("https://10.96.0.1:443", "10.96.0.1"), "10.96.0.1");
  assertEquals(told("https://[fd00::1]:443", "fd00::1"), "fd00::1");
  assertEquals(told("https://192.0.2.7:6443", "10.96.0.1"), undefined);
  assertEquals(told("https://127.0.0.1:6443"), undefined);
});
