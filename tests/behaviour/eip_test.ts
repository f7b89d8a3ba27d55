/** IptablesEIPs: addresses of an external Subnet, with a gateway and rules around them. */
import { assertEquals, assertMatch } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { IptablesEIP } from "../../crds/iptables_eip.ts";
import { IptablesFIPRule } from "../../crds/iptables_fip_rule.ts";
import { IptablesSnatRule } from "../../crds/iptables_snat_rule.ts";
import { Subnet } from "../../crds/subnet.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";
import { type GatewayLab, gateways } from "./gateways.ts";

const statusOf = (lab: GatewayLab, name: string) => lab.get(IptablesEIP, name)?.status;

/** {@link gateways} with a gateway `gw` that serves. */
function served(): GatewayLab {
  const lab = gateways();
  lab.gateway("gw");
  return lab.settle();
}

Deno.test("EIP: it gets the next address, or the one that it asks for, and is ready once its gateway runs", () => {
  const lab = gateways();
  lab.eip("next");
  lab.eip("static", { v4ip: "192.168.50.9", qosPolicy: "fast" });
  lab.settle();
  assertEquals(statusOf(lab, "static")?.ready, false);
  assertMatch(
    lab.condition(IptablesEIP, "static")!.message,
    /^spec\.natGwDp: VpcNatGateway gw does not exist; create/,
  );
  assertEquals(lab.get(IptablesEIP, "static")?.metadata.finalizers, ["kubeovn.io/kube-ovn-controller"]);
  lab.gateway("gw");
  lab.settle();
  const { status, metadata, spec } = lab.get(IptablesEIP, "static")!;
  assertEquals([status?.ready, status?.ip, status?.nat, status?.qosPolicy], [
    true,
    "192.168.50.9",
    "",
    "fast",
  ]);
  assertEquals(metadata.labels, {
    "ovn.kubernetes.io/subnet": "ext",
    "ovn.kubernetes.io/vpc-nat-gw-name": "gw",
    "ovn.kubernetes.io/eip_v4_ip": "192.168.50.9",
    "ovn.kubernetes.io/qos": "fast",
  });
  assertEquals(spec.macAddress?.length, 17);
  assertEquals([statusOf(lab, "next")?.ip, lab.get(IptablesEIP, "next")?.spec.v4ip], [
    "192.168.50.2",
    "192.168.50.2",
  ]);
  assertEquals(lab.get(Subnet, "ext")?.status?.v4usingIPrange?.includes("192.168.50.9"), true);
  lab.atRest();
});

Deno.test("EIP: without a gateway, with one that is not attached, and with one without pods it says so and keeps its address", () => {
  const lab = served();
  lab.subnet("other", { cidrBlock: "192.168.60.0/28", provider: "other.kube-system" });
  lab.attachment("other");
  lab.eip("none", { natGwDp: "" });
  lab.eip("elsewhere", { externalSubnet: "other" });
  lab.settle();
  assertMatch(lab.condition(IptablesEIP, "none")!.message, /^spec\.natGwDp is empty; name a VpcNatGateway$/);
  assertMatch(
    lab.condition(IptablesEIP, "elsewhere")!.message,
    /gw is not attached to Subnet other; add it to that/,
  );
  assertEquals([statusOf(lab, "none")?.ready, statusOf(lab, "elsewhere")?.ip], [false, "192.168.60.2"]);
  lab.merge(VpcNatGateway, "gw", { spec: { externalSubnets: ["ext", "other"] } });
  lab.merge(IptablesEIP, "none", { spec: { natGwDp: "gw" } });
  lab.settle();
  assertEquals([statusOf(lab, "none")?.ready, statusOf(lab, "elsewhere")?.ready], [true, true]);
  lab.atRest();
});

Deno.test("EIP: a gateway pod that fails takes its readiness, the next one gives it back with its own time", () => {
  const lab = served();
  lab.eip("eip");
  lab.settle();
  const before = statusOf(lab, "eip")?.redo;
  assertMatch(before!, /^2026-01-01T00:00:\d\d$/);
  const [pod = ""] = lab.podNames("gw"), seen: unknown[] = [];
  lab.server.onCommit(({ kind, object }) => {
    if (kind.kind === "IptablesEIP") seen.push((object as IptablesEIP).status?.ready);
  });
  lab.finish(pod, "Failed");
  lab.settle();
  assertEquals(seen, [false, true]);
  assertEquals(statusOf(lab, "eip")!.redo! > before!, true);
  lab.atRest();
});

Deno.test("EIP: an address that is held, outside, or no address is refused by field, and asked for again when that changes", () => {
  const lab = served();
  lab.eip("first", { v4ip: "192.168.50.9" });
  lab.settle();
  lab.eip("second", { v4ip: "192.168.50.9" });
  lab.eip("outside", { v4ip: "10.9.9.9" });
  lab.eip("text", { v4ip: "x" });
  lab.settle();
  const said = (name: string) => lab.condition(IptablesEIP, name)!;
  assertEquals(said("second").reason, "AddressConflict");
  assertMatch(said("second").message, /192\.168\.50\.9 .*IptablesEIP first/);
  assertEquals([said("outside").reason, said("text").reason], ["AddressOutOfRange", "AddressOutOfRange"]);
  assertEquals(statusOf(lab, "second")?.ready, false);
  lab.delete(IptablesEIP, "first");
  lab.settle();
  assertEquals([statusOf(lab, "second")?.ip, statusOf(lab, "second")?.ready], ["192.168.50.9", true]);
  lab.atRest();
});

Deno.test("EIP: rules hold it by its name; deleted in whatever order, all of it goes", () => {
  const orders = [
    ["VpcNatGateway", "IptablesEIP", "rules"],
    ["rules", "IptablesEIP", "VpcNatGateway"],
    ["IptablesEIP", "rules", "VpcNatGateway"],
  ];
  for (const order of orders) {
    const lab = served();
    lab.eip("eip");
    lab.fip("fip", { eip: "eip" });
    lab.dnat("dnat", { eip: "eip" });
    lab.snat("snat", { eip: "eip" });
    lab.settle();
    assertEquals(statusOf(lab, "eip")?.nat, "dnat,fip,snat");
    for (const what of order) {
      if (what === "VpcNatGateway") lab.delete(VpcNatGateway, "gw");
      else if (what === "IptablesEIP") lab.delete(IptablesEIP, "eip");
      else {
        lab.delete(IptablesFIPRule, "fip");
        lab.delete(IptablesDnatRule, "dnat");
        lab.delete(IptablesSnatRule, "snat");
      }
      lab.settle();
    }
    const left = [IptablesFIPRule, IptablesDnatRule, IptablesSnatRule, IptablesEIP, VpcNatGateway, Pod]
      .flatMap((kind) => [...lab.list(kind)]);
    assertEquals([left, lab.claims("ext"), lab.claims("inner")], [[], {}, {}]);
    lab.atRest();
  }
});

Deno.test("EIP: while a rule uses it, it names that rule; while an EIP names it, a gateway names that", () => {
  const lab = served();
  lab.eip("eip");
  lab.fip("fip", { eip: "eip" });
  lab.settle();
  lab.delete(VpcNatGateway, "gw");
  lab.delete(IptablesEIP, "eip");
  lab.fip("late", { eip: "eip" });
  lab.settle();
  assertEquals(lab.condition(VpcNatGateway, "gw", "Deletable")?.message, "IptablesEIP eip");
  assertEquals(
    lab.condition(IptablesEIP, "eip", "Deletable")?.message,
    "IptablesFIPRule fip, IptablesFIPRule late",
  );
  assertEquals(lab.podsOf("gw").length, 1);
  assertEquals(lab.get(IptablesFIPRule, "fip")?.status?.ready, true);
  assertMatch(
    lab.condition(IptablesFIPRule, "late")!.message,
    /^spec\.eip: IptablesEIP eip is being deleted; name/,
  );
  lab.atRest();
});

Deno.test("EIP: one that moves to another gateway takes its rules along, and sets the first one free", () => {
  const lab = served();
  lab.gateway("gw2");
  lab.eip("eip");
  lab.fip("fip", { eip: "eip" });
  lab.settle();
  lab.merge(IptablesEIP, "eip", { spec: { natGwDp: "gw2" } });
  lab.delete(VpcNatGateway, "gw");
  lab.settle();
  assertEquals(lab.get(VpcNatGateway, "gw"), undefined);
  const { status, metadata } = lab.get(IptablesFIPRule, "fip")!;
  assertEquals([status?.natGwDp, metadata.labels?.["ovn.kubernetes.io/vpc-nat-gw-name"]], ["gw2", "gw2"]);
  assertEquals([statusOf(lab, "eip")?.ready, status?.ready], [true, true]);
  lab.atRest();
});

Deno.test("EIP: another address asked for afterwards is refused, and said; it keeps the one it has", () => {
  const lab = served();
  lab.eip("eip", { v4ip: "192.168.50.9" });
  lab.settle();
  lab.merge(IptablesEIP, "eip", { spec: { v4ip: "192.168.50.10" } });
  lab.settle();
  assertEquals([statusOf(lab, "eip")?.ip, statusOf(lab, "eip")?.ready], ["192.168.50.9", true]);
  assertMatch(
    lab.condition(IptablesEIP, "eip", "Validated")!.message,
    /"192\.168\.50\.10" instead of 192\.168\.50\.9/,
  );
  lab.atRest();
});

Deno.test("EIP: one that was told nothing yet gives its MAC back as well when its Subnet goes, which waits for nobody then", () => {
  const lab = gateways();
  const denied = { outcome: "denied", status: 403, reason: "Forbidden", message: "no" } as const;
  lab.intercept = (request) =>
    request.verb === "apply" && request.resource.kind === IptablesEIP.kind && request.subresource === "status"
      ? denied
      : undefined;
  lab.eip("eip", { macAddress: "02:00:00:00:00:01" });
  lab.settle();
  assertEquals(Object.keys(lab.claims("ext")).includes("02:00:00:00:00:01"), true);
  lab.delete(Subnet, "ext");
  lab.intercept = () => undefined;
  lab.settle({ ms: 3_600_000 });
  assertEquals([lab.get(Subnet, "ext"), lab.says(IptablesEIP, "eip")], [undefined, "False NoSubnet"]);
  lab.atRest();
});
