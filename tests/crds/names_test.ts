import { assertEquals } from "@std/assert";
import { nodeRecordName, providerOf, recordName } from "../../crds/ip.ts";
import { IP_RESERVED_LABEL, NODE_NAME_LABEL, recordLabels, SUBNET_LABEL } from "../../crds/labels.ts";
import { IpamError, SubnetReason } from "../../crds/reasons.ts";
import { ip } from "../world.ts";

Deno.test("recordName() leaves the default network's provider out", () => {
  const pod = { name: "web-0", namespace: "prod" };
  assertEquals(recordName(pod), "web-0.prod");
  assertEquals(recordName(pod, "ovn"), "web-0.prod");
  assertEquals(recordName(pod, "net1.kube-system.ovn"), "web-0.prod.net1.kube-system.ovn");
  assertEquals(nodeRecordName("n1"), "node-n1");
});

Deno.test("the provider of a record follows from its name and the pod in its spec, dots or not", () => {
  for (const provider of ["ovn", "net1.kube-system.ovn", "net1.kube-system", "net1.kube-system.ovn.eth2"]) {
    assertEquals(providerOf(ip({ owner: "prod/web.0", provider, subnet: "sn", addresses: [] })), provider);
  }
  assertEquals(providerOf(ip({ owner: "n1", subnet: "join", addresses: [] })), "ovn");
});

Deno.test("recordLabels() names Subnet, node and whether a user reserved the addresses", () => {
  assertEquals(recordLabels({ subnet: "sn1", node: "n1", reserved: false }), {
    [IP_RESERVED_LABEL]: "false",
    [SUBNET_LABEL]: "sn1",
    sn1: "",
    [NODE_NAME_LABEL]: "n1",
  });
  assertEquals(recordLabels({ subnet: "sn1", reserved: true }), {
    [IP_RESERVED_LABEL]: "true",
    [SUBNET_LABEL]: "sn1",
    sn1: "",
    [NODE_NAME_LABEL]: "",
  });
});

Deno.test("recordLabels() leaves out names of more than 63 characters", () => {
  const [fits, exceeds] = ["s".repeat(63), "s".repeat(64)];
  assertEquals(recordLabels({ subnet: fits, node: exceeds, reserved: false }), {
    [IP_RESERVED_LABEL]: "false",
    [SUBNET_LABEL]: fits,
    [fits]: "",
  });
  assertEquals(recordLabels({ subnet: exceeds, node: fits, reserved: false }), {
    [IP_RESERVED_LABEL]: "false",
    [NODE_NAME_LABEL]: fits,
  });
});

Deno.test("reasons are their own names", () => {
  const reason: SubnetReason = SubnetReason.ValidateLogicalSwitchFailed;
  assertEquals(reason, "ValidateLogicalSwitchFailed");
  for (const [name, word] of Object.entries({ ...IpamError, ...SubnetReason })) assertEquals(word, name);
});
