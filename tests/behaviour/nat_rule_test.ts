/** FIP, DNAT and SNAT rules. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import type { Kind } from "../../reconcile/kind.ts";
import { type GatewayLab, gateways } from "./gateways.ts";

/** With a gateway that serves, and EIPs `a` (192.168.50.9) and `b` (192.168.50.10). */
function served(): GatewayLab {
  const lab = gateways();
  lab.gateway("gw");
  lab.eip("a", { v4ip: "192.168.50.9" });
  lab.eip("b", { v4ip: "192.168.50.10" });
  return lab.settle();
}

const statusOf = (lab: GatewayLab, kind: Kind, name: string) =>
  lab.get(kind, name)?.status as IptablesDnatRule["status"] & IptablesSnatRule["status"];
const readyOf = (lab: GatewayLab, kind: Kind, ...names: readonly string[]) =>
  names.map((name) => statusOf(lab, kind, name)?.ready);

Deno.test("rules: each says what it does, where, and wears Kube-OVN's labels and annotation", () => {
  const lab = served();
  lab.fip("fip", { eip: "a" });
  lab.dnat("dnat", { eip: "b", protocol: "TCP" });
  lab.snat("snat", { eip: "b" });
  lab.settle();
  const { conditions: _, redo, ...fip } = lab.get(IptablesFIPRule, "fip")!.status!;
  const common = { ready: true, v4ip: "192.168.50.10", v6ip: "", natGwDp: "gw" };
  assertEquals(fip, { ...common, v4ip: "192.168.50.9", internalIp: "10.0.1.9" });
  assertMatch(redo!, /^2026-01-01T/);
  const { conditions: __, redo: ___, ...dnat } = lab.get(IptablesDnatRule, "dnat")!.status!;
  assertEquals(dnat, {
    ...common,
    externalPort: "80",
    protocol: "TCP",
    internalIp: "10.0.1.9",
    internalPort: "8080",
  });
  assertEquals(statusOf(lab, IptablesSnatRule, "snat")?.internalCIDR, "10.0.1.0/24");
  const { labels, annotations, finalizers } = lab.get(IptablesDnatRule, "dnat")!.metadata;
  assertEquals(labels, {
    "ovn.kubernetes.io/vpc-nat-gw-name": "gw",
    "ovn.kubernetes.io/eip_v4_ip": "192.168.50.10",
    "ovn.kubernetes.io/vpc_dnat_eport": "80",
  });
  assertEquals([annotations, finalizers], [
    { "ovn.kubernetes.io/vpc_eip": "b" },
    ["kubeovn.io/kube-ovn-controller"],
  ]);
  assertEquals(lab.get(IptablesEIP, "b")?.status?.nat, "dnat,snat");
  lab.atRest();
});

Deno.test("rules: of two FIP rules the older has the EIP; the younger says so, and gets it when that goes or moves", () => {
  const lab = served();
  lab.fip("older", { eip: "a" });
  lab.settle();
  lab.fip("younger", { eip: "a" });
  lab.settle();
  assertEquals(readyOf(lab, IptablesFIPRule, "older", "younger"), [true, false]);
  assertEquals(lab.says(IptablesFIPRule, "younger"), "False RuleConflict");
  assertMatch(
    lab.condition(IptablesFIPRule, "younger")!.message,
    /^spec\.eip: it asks for all of IptablesEIP a, which IptablesFIPRule older has already; delete one of the two/,
  );
  lab.atRest();
  lab.merge(IptablesFIPRule, "older", { spec: { eip: "b" } });
  lab.settle();
  assertEquals(readyOf(lab, IptablesFIPRule, "older", "younger"), [true, true]);
  lab.merge(IptablesFIPRule, "younger", { spec: { eip: "b" } });
  lab.settle();
  assertEquals(readyOf(lab, IptablesFIPRule, "older", "younger"), [true, false]);
  lab.delete(IptablesFIPRule, "older");
  lab.settle();
  assertEquals(readyOf(lab, IptablesFIPRule, "younger"), [true]);
  assertEquals(statusOf(lab, IptablesFIPRule, "younger")?.v4ip, "192.168.50.10");
  lab.atRest();
});

Deno.test("rules: a port of a protocol is one exclusive rule's, or shared by those that share it", () => {
  const lab = served();
  lab.dnat("first", { eip: "a" });
  lab.dnat("udp", { eip: "a", protocol: "udp" });
  lab.dnat("other-port", { eip: "a", externalPort: "81" });
  lab.dnat("other-eip", { eip: "b", type: "share" });
  lab.settle();
  lab.dnat("second", { eip: "a", protocol: "TCP" });
  lab.dnat("sharing", { eip: "a", type: "share" });
  lab.dnat("shared", { eip: "b", type: "share", internalIp: "10.0.1.10" });
  lab.dnat("mixed", { eip: "b" });
  lab.settle();
  const names = ["first", "udp", "other-port", "other-eip", "shared"];
  assertEquals(readyOf(lab, IptablesDnatRule, ...names), [true, true, true, true, true]);
  assertEquals(readyOf(lab, IptablesDnatRule, "second", "sharing", "mixed"), [false, false, false]);
  assertMatch(
    lab.condition(IptablesDnatRule, "mixed")!.message,
    /^spec\.externalPort: as exclusive rule .* tcp port 80 of IptablesEIP b, which IptablesDnatRule other-eip has/,
  );
  lab.delete(IptablesDnatRule, "first");
  lab.settle();
  assertEquals(readyOf(lab, IptablesDnatRule, "second", "sharing"), [true, false]);
  lab.atRest();
});

Deno.test("rules: several SNAT rules share an EIP, with others of it", () => {
  const lab = served();
  lab.snat("one", { eip: "a" });
  lab.snat("two", { eip: "a", internalCIDR: "10.0.1.0/24" });
  lab.fip("fip", { eip: "a" });
  lab.settle();
  assertEquals(readyOf(lab, IptablesSnatRule, "one", "two"), [true, true]);
  lab.atRest();
});

Deno.test("rules: one whose EIP does not exist is not ready, says so, and becomes ready when it appears (#4249)", () => {
  const lab = served();
  lab.fip("fip", { eip: "late" });
  lab.dnat("dnat", { eip: "late" });
  lab.snat("snat", { eip: "late" });
  lab.settle();
  for (
    const [kind, name] of [[IptablesFIPRule, "fip"], [IptablesDnatRule, "dnat"], [
      IptablesSnatRule,
      "snat",
    ]] as const
  ) {
    assertEquals(lab.says(kind, name), "False EipNotReady");
    assertMatch(
      lab.condition(kind, name)!.message,
      /^spec\.eip: IptablesEIP late does not exist; create it, or name/,
    );
    assertEquals(statusOf(lab, kind, name)?.ready, false);
  }
  lab.atRest();
  lab.eip("late");
  lab.settle();
  assertEquals(statusOf(lab, IptablesFIPRule, "fip")?.ready, true);
  assertEquals([
    statusOf(lab, IptablesDnatRule, "dnat")?.ready,
    statusOf(lab, IptablesSnatRule, "snat")?.ready,
  ], [true, true]);
  lab.strip(IptablesEIP, "late");
  lab.delete(IptablesEIP, "late");
  lab.settle();
  assertEquals([lab.says(IptablesFIPRule, "fip"), statusOf(lab, IptablesFIPRule, "fip")?.ready], [
    "False EipNotReady",
    false,
  ]);
  lab.atRest();
});

Deno.test("rules: one whose EIP gets no address waits for it", () => {
  const lab = served();
  lab.eip("same", { v4ip: "192.168.50.9" });
  lab.fip("fip", { eip: "same" });
  lab.settle();
  assertMatch(
    lab.condition(IptablesFIPRule, "fip")!.message,
    /^spec\.eip: IptablesEIP same has no address yet; see its/,
  );
  lab.delete(IptablesEIP, "a");
  lab.settle();
  assertEquals(statusOf(lab, IptablesFIPRule, "fip")?.v4ip, "192.168.50.9");
  lab.atRest();
});

Deno.test("rules: one in force says so no longer when its EIP, which is going, shows a foreign address, and is in force again after it", () => {
  const lab = served();
  lab.fip("fip", { eip: "a" });
  lab.settle();
  lab.delete(IptablesEIP, "a");
  lab.settle();
  const shows = (ip: string) => {
    lab.status(IptablesEIP, "a", { ip });
    lab.settle();
    return [lab.says(IptablesFIPRule, "fip"), statusOf(lab, IptablesFIPRule, "fip")?.ready];
  };
  assertEquals(shows("192.168.50.10"), ["False EipNotReady", false]);
  lab.atRest();
  assertEquals(shows("192.168.50.9"), ["True NatReady", true]);
  lab.atRest();
});

Deno.test("rules: one that has no label to wear is at rest: its EIP has IPv6 alone, and names no gateway", () => {
  const lab = gateways();
  lab.subnet("six", { cidrBlock: "fd50::/120", provider: "six.kube-system" });
  lab.attachment("six");
  lab.eip("eip", { externalSubnet: "six", natGwDp: "" });
  lab.snat("snat", { eip: "eip", internalCIDR: "fd01::/64" });
  lab.settle();
  assertEquals(lab.says(IptablesSnatRule, "snat"), "False GatewayNotReady");
  assertEquals(lab.get(IptablesSnatRule, "snat")?.metadata.annotations, {
    "ovn.kubernetes.io/vpc_eip": "eip",
  });
  lab.atRest();
});

Deno.test("rules: created and deleted at once, nothing is left (#5115, #4922)", () => {
  const lab = served(), before = lab.claims("ext");
  lab.eip("eip");
  lab.fip("fip", { eip: "eip" });
  lab.delete(IptablesFIPRule, "fip");
  lab.delete(IptablesEIP, "eip");
  lab.settle();
  assertEquals([lab.get(IptablesFIPRule, "fip"), lab.get(IptablesEIP, "eip")], [undefined, undefined]);
  lab.eip("eip");
  lab.fip("fip", { eip: "eip" });
  lab.engine.step();
  lab.delete(IptablesEIP, "eip");
  lab.engine.step();
  lab.delete(IptablesFIPRule, "fip");
  lab.settle();
  assertEquals([lab.get(IptablesFIPRule, "fip"), lab.get(IptablesEIP, "eip")], [undefined, undefined]);
  assertEquals(lab.claims("ext"), before);
  lab.atRest();
});

Deno.test("rules: when no pod of the gateway runs they are not ready, and recover with it", () => {
  const lab = served();
  lab.fip("fip", { eip: "a" });
  lab.settle();
  const seen: unknown[] = [];
  lab.server.onCommit(({ kind, object }) => {
    if (kind.kind === "IptablesFIPRule") seen.push((object as IptablesFIPRule).status?.ready);
  });
  for (const pod of lab.podNames("gw")) lab.delete(Pod, pod, { gracePeriodSeconds: 0 });
  lab.settle();
  assertEquals(seen, [false, true]);
  lab.atRest();
});

for (
  const [kind, spec, message] of [
    ["fip", { internalIp: "x" }, /^spec\.internalIp: "x" is not an IP address; write one address$/],
    ["fip", { internalIp: "" }, /^spec\.internalIp: "" is not an IP address/],
    [
      "fip",
      { internalIp: "fd00::1" },
      /^spec\.eip: IptablesEIP a has no IPv6 address, which the internal side asks for/,
    ],
    ["fip", { eip: "no such EIP" }, /^spec\.eip: "no such EIP" is not the name of an IptablesEIP; name one$/],
    ["dnat", { protocol: "icmp" }, /^spec\.protocol: "icmp" is no protocol; write tcp or udp$/],
    [
      "dnat",
      { externalPort: "080" },
      /^spec\.externalPort: "080" is no port; write a number from 1 to 65535$/,
    ],
    ["dnat", { externalPort: "80; flush ruleset" }, /^spec\.externalPort: "80; flush ruleset" is no port/],
    ["dnat", { internalPort: "65536" }, /^spec\.internalPort: "65536" is no port/],
    ["dnat", { internalIp: "10.0.1.9/32" }, /^spec\.internalIp: .* carries a prefix length/],
    [
      "snat",
      { internalCIDR: "10.0.1.0" },
      /^spec\.internalCIDR: "10\.0\.1\.0" has no prefix length; write a CIDR/,
    ],
    [
      "snat",
      { internalCIDR: "10.0.1.0/24,10.0.2.0/24" },
      /lists two of one family; write one rule for each$/,
    ],
  ] as const
) {
  Deno.test(`rules: a ${kind} rule with ${JSON.stringify(spec)} names field and remedy, holds nobody up, and recovers`, () => {
    const lab = served(), kinds = { fip: IptablesFIPRule, dnat: IptablesDnatRule, snat: IptablesSnatRule };
    lab[kind]("bad", { eip: "a", ...spec });
    lab.settle();
    lab[kind]("good", { eip: "a" });
    lab.settle();
    assertMatch(lab.condition(kinds[kind], "bad")!.message, message);
    assertEquals(readyOf(lab, kinds[kind], "bad", "good"), [false, true]);
    lab.atRest();
    lab.delete(kinds[kind], "good");
    const whole = {
      eip: "a",
      internalIp: "10.0.1.9",
      externalPort: "80",
      protocol: "tcp",
      internalPort: "80",
    };
    lab.merge(kinds[kind], "bad", { spec: { ...whole, internalCIDR: "10.0.1.0/24" } });
    lab.settle();
    assertEquals(readyOf(lab, kinds[kind], "bad"), [true]);
    lab.atRest();
  });
}
