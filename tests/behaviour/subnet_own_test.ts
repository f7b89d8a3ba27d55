/** Addresses that a Subnet has itself: u2o interconnection and multicast querier. */
import { assert, assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";
import { before, MAC } from "./kube_ovn.ts";

const U2O = "u2o-interconnection.ovn-cluster.sn", MCAST = "mcast-querier.sn";
const BOTH = { vlan: "vlan1", u2oInterconnection: true, enableMulticastSnoop: true };

function underlay(spec: Subnet["spec"] = BOTH): Cluster {
  const lab = cluster();
  lab.vlan("vlan1");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28,fd00:66::/124", ...spec });
  return lab.settle();
}

const own = (lab: Cluster) => {
  const { u2oInterconnectionIP, u2oInterconnectionVPC, mcastQuerierIP } = lab.get(Subnet, "sn")!.status!;
  return [u2oInterconnectionIP, u2oInterconnectionVPC, mcastQuerierIP];
};
const edit = (lab: Cluster, spec: Partial<Subnet["spec"]>) => {
  lab.merge(Subnet, "sn", { spec });
  lab.settle();
};

Deno.test("own addresses: a Subnet gets them where they are switched on, with records as Kube-OVN has, and counts them", () => {
  const lab = underlay();
  const { status } = lab.get(Subnet, "sn")!;
  assertEquals(own(lab), ["10.66.0.2,fd00:66::2", "ovn-cluster", "10.66.0.3"]);
  assert(status!.u2oInterconnectionMAC && status!.mcastQuerierMAC);
  assertEquals(lab.claims("sn"), { "10.66.0.2": U2O, "fd00:66::2": U2O, "10.66.0.3": MCAST });
  const { spec, metadata } = lab.get(IP, U2O)!;
  assertEquals([spec.v4IpAddress, spec.v6IpAddress, spec.subnet, spec.podName, spec.macAddress], [
    "10.66.0.2",
    "fd00:66::2",
    "sn",
    U2O,
    status!.u2oInterconnectionMAC,
  ]);
  assertEquals(metadata.labels?.["ovn.kubernetes.io/ip_reserved"], "false");
  assertEquals([Number(status!.v4usingIPs), Number(status!.v6usingIPs)], [2, 1]);
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
});

Deno.test("own addresses: switched off they are given back, and on again there are new ones", () => {
  const lab = underlay();
  edit(lab, { u2oInterconnection: false });
  assertEquals([own(lab)[0] || undefined, own(lab)[2]], [undefined, "10.66.0.3"]);
  assertEquals([lab.records(), lab.claims("sn")], [[MCAST], { "10.66.0.3": MCAST }]);
  lab.atRest();
  edit(lab, { enableMulticastSnoop: false });
  assertEquals([lab.records(), lab.list(AddressClaim)], [[], []]);
  lab.atRest();
  edit(lab, BOTH);
  assertEquals(lab.records(), [MCAST, U2O]);
  lab.atRest();
});

Deno.test("own addresses: the spec may ask for one, also later; what somebody else has is refused with the name", () => {
  const lab = underlay({ ...BOTH, u2oInterconnectionIP: "10.66.0.9", enableMulticastSnoop: false });
  assertEquals(own(lab)[0], "10.66.0.9,fd00:66::2");
  edit(lab, { u2oInterconnectionIP: "10.66.0.10,fd00:66::a" });
  assertEquals(own(lab)[0], "10.66.0.10,fd00:66::a");
  lab.atRest();
  lab.vip("v", { v4ip: "10.66.0.11" });
  lab.settle();
  edit(lab, { u2oInterconnectionIP: "10.66.0.11" });
  assertEquals(
    lab.verdict(Subnet, "sn", "U2OInterconnection"),
    "False AddressConflict 10.66.0.11 is held by Vip v",
  );
  assertEquals([own(lab)[0] || undefined, lab.ready("sn")], [undefined, "True ResetLogicalSwitchAclSuccess"]);
  lab.atRest();
});

Deno.test("own addresses: a Subnet that moves to another Vpc has the address of its interconnection under the name of that one, and none is left behind", () => {
  for (const spec of [{ vpc: "blue" }, { vpc: "blue", u2oInterconnection: false }]) {
    const lab = underlay({ ...BOTH, u2oInterconnectionIP: "10.66.0.9" }),
      { u2oInterconnection = true } = spec;
    lab.vpc("blue");
    edit(lab, spec);
    const there = u2oInterconnection ? ["u2o-interconnection.blue.sn"] : [];
    assertEquals(lab.records(), [MCAST, ...there]);
    assertEquals(
      own(lab).slice(0, 2).map((text) => text || undefined),
      there.length > 0 ? ["10.66.0.9,fd00:66::3", "blue"] : [undefined, undefined],
    );
    assertEquals(Object.values(lab.claims("sn")).sort(), [MCAST, ...there, ...there]);
    lab.atRest();
  }
});

Deno.test("own addresses: a Subnet does not wait for them when it goes, nor do they outlive it when it is removed by force", () => {
  for (const force of [false, true]) {
    const lab = underlay();
    lab.delete(Subnet, "sn");
    if (force) lab.strip(Subnet, "sn");
    lab.settle();
    assertEquals([lab.get(Subnet, "sn"), lab.records(), lab.list(AddressClaim)], [undefined, [], []]);
    lab.atRest();
  }
});

Deno.test("own addresses: a full Subnet says that there is none left, serves its pods, and gets what is given back", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/30", namespaces: ["default"] });
  lab.settle();
  lab.pod("default/p");
  lab.settle();
  edit(lab, { enableMulticastSnoop: true });
  assertEquals(lab.condition(Subnet, "sn", "MulticastQuerier")?.reason, "NoAvailableAddress");
  assertEquals(lab.ready("sn"), "True ResetLogicalSwitchAclSuccess");
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals([own(lab)[2], lab.condition(Subnet, "sn", "MulticastQuerier")], ["10.66.0.2", undefined]);
  lab.atRest();
});

Deno.test("own addresses: records and claims that somebody deletes come back as they were", () => {
  const lab = underlay(), before = own(lab), claims = lab.claims("sn");
  for (const kind of [IP, AddressClaim]) {
    for (const { metadata } of lab.list(kind)) lab.delete(kind, metadata.name);
    lab.settle();
    assertEquals([own(lab), lab.claims("sn")], [before, claims]);
    lab.atRest();
  }
});

Deno.test("own addresses: those that Kube-OVN gave are taken over with record and MAC", () => {
  const lab = before();
  lab.vlan("vlan1");
  lab.merge(Subnet, "sn", { spec: { vlan: "vlan1", u2oInterconnection: true } });
  lab.status(Subnet, "sn", {
    u2oInterconnectionIP: "10.66.0.7",
    u2oInterconnectionMAC: MAC,
    u2oInterconnectionVPC: "ovn-cluster",
  });
  const labels = { "ovn.kubernetes.io/ip_reserved": "false", "ovn.kubernetes.io/subnet": "sn" };
  const address = { v4IpAddress: "10.66.0.7", v6IpAddress: "", ipAddress: "10.66.0.7", macAddress: MAC };
  const { uid } = lab.create(IP, {
    metadata: { name: U2O, labels, finalizers: [FINALIZER] },
    spec: { podName: U2O, namespace: "", subnet: "sn", ...address },
  }).metadata;
  lab.start();
  assertEquals([own(lab)[0], lab.get(Subnet, "sn")?.status?.u2oInterconnectionMAC], ["10.66.0.7", MAC]);
  assertEquals([lab.get(IP, U2O)?.metadata.uid, lab.claims("sn")], [uid, { "10.66.0.7": U2O }]);
  lab.atRest();
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals([lab.get(Subnet, "sn"), lab.records()], [undefined, []]);
  lab.atRest();
});

Deno.test("own addresses: whatever happens in the middle, the Subnet shows what its record claims, or goes without a trace", () => {
  for (const strike of ["switch off", "delete", "steal"] as const) {
    for (let nth = 1;; nth++) {
      const lab = underlay({});
      let requests = 0;
      lab.intercept = () => {
        if (++requests !== nth) return undefined;
        if (strike === "delete") lab.delete(Subnet, "sn");
        if (strike === "switch off") lab.merge(Subnet, "sn", { spec: { enableMulticastSnoop: false } });
        if (strike === "steal" && !lab.claims("sn")["10.66.0.2"]) {
          const { uid } = lab.vip("thief").metadata, subnetUid = lab.get(Subnet, "sn")!.metadata.uid;
          const holder = { kind: "Vip", name: "thief", uid };
          const spec = { subnet: "sn", subnetUid, address: "10.66.0.2", holder };
          lab.create(AddressClaim, { metadata: { name: "sn.10.66.0.2" }, spec });
        }
        return undefined;
      };
      edit(lab, { enableMulticastSnoop: true });
      lab.intercept = () => undefined;
      if (requests < nth) {
        assert(nth > 5, "record, claim, two live reads, status");
        break;
      }
      lab.settle();
      const left = lab.get(Subnet, "sn"), claimed = Object.entries(lab.claims("sn"));
      const shown = left && own(lab)[2] || undefined;
      assertEquals(
        claimed.filter(([, holder]) => holder === MCAST).map(([address]) => address),
        shown ? [shown] : [],
      );
      if (strike === "delete") assertEquals([left, claimed], [undefined, []]);
      if (strike === "switch off") assertEquals(claimed, []);
      lab.atRest();
    }
  }
});

Deno.test("own addresses: both are chosen in one plan without getting into each other's way", () => {
  const lab = cluster();
  lab.vlan("vlan1");
  const requests: string[] = [];
  lab.intercept = (request) => {
    if (request.verb === "create" && request.resource.kind === AddressClaim.kind) {
      requests.push(request.body.metadata.name);
    }
    return undefined;
  };
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28", ...BOTH });
  lab.settle();
  assertEquals(requests.filter((name) => name.startsWith("sn.")), ["sn.10.66.0.2", "sn.10.66.0.3"]);
  assertEquals(lab.warnings(Subnet, "sn"), []);
});
