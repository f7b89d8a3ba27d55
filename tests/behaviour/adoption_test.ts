/** A cluster that Kube-OVN served before: nothing is lost, and nothing given out twice. */
import { assertEquals } from "@std/assert";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Cluster } from "./cluster.ts";
import { before, MAC, record, told } from "./kube_ovn.ts";

Deno.test("adoption: a pod that was told an address keeps it, without a word to it, and gets record and claim", () => {
  const lab = before();
  lab.pod("default/p", told("10.66.0.9"));
  lab.start();
  assertEquals(lab.told(Pod, "default/p"), told("10.66.0.9"));
  const { spec, metadata } = lab.get(IP, "p.default")!;
  assertEquals([spec.v4IpAddress, spec.macAddress, spec.subnet], ["10.66.0.9", MAC, "sn"]);
  assertEquals(
    metadata.annotations?.["ipam.cadastre.internal/owner-uid"],
    lab.get(Pod, "default/p")?.metadata.uid,
  );
  assertEquals(lab.claims("sn"), { "10.66.0.9": "p.default" });
  assertEquals(lab.writes().filter((write) => write.includes("Pod/")), []);
  lab.atRest();
});

Deno.test("adoption: records are taken over as they are, without Kube-OVN's finalizers, in either spelling", () => {
  const lab = before();
  for (const [i, finalizers] of [[FINALIZER], [OLD_FINALIZER], [FINALIZER, "example.com/theirs"]].entries()) {
    lab.pod(`default/p${i}`, told(`10.66.0.${20 + i}`));
    record(lab, `p${i}`, `10.66.0.${20 + i}`, { finalizers });
  }
  const uids = lab.list(IP).map(({ metadata }) => metadata.uid);
  lab.start();
  assertEquals(lab.list(IP).map(({ metadata }) => metadata.uid), uids);
  assertEquals(lab.list(IP).map(({ metadata }) => metadata.finalizers), [undefined, undefined, [
    "example.com/theirs",
  ]]);
  assertEquals(Object.values(lab.claims("sn")), ["p0.default", "p1.default", "p2.default"]);
  lab.atRest();
  lab.kill("default/p0");
  lab.settle();
  assertEquals(lab.records(), ["p1.default", "p2.default"]);
  lab.atRest();
});

Deno.test("adoption: comes before anything new is given out, whatever comes first in the lists", () => {
  const lab = before("10.66.0.0/29");
  for (const name of ["a", "m", "z"]) lab.pod(`default/${name}-new`);
  lab.pod("default/a-old", told("10.66.0.3"));
  lab.pod("default/z-old", told("10.66.0.2"));
  record(lab, "z-recorded", "10.66.0.4");
  lab.pod("default/z-recorded", told("10.66.0.4"));
  lab.start();
  assertEquals(lab.addresses("a-old", "z-old", "z-recorded"), ["10.66.0.3", "10.66.0.2", "10.66.0.4"]);
  assertEquals(["a", "m", "z"].map((name) => lab.addressOf(`default/${name}-new`)), [
    "10.66.0.5",
    "10.66.0.6",
    undefined,
  ]);
  lab.atRest();
});

Deno.test("adoption: records of pods that are gone go, claimed or not", () => {
  const lab = before();
  record(lab, "gone", "10.66.0.9");
  lab.start();
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.atRest();
});

Deno.test("adoption: what a finished pod shows does not count", () => {
  const lab = before();
  lab.pod("default/done", told("10.66.0.2"));
  record(lab, "done", "10.66.0.2");
  lab.finish("default/done");
  lab.start();
  lab.pod("default/new", { ip_address: "10.66.0.2" });
  lab.settle();
  assertEquals([lab.addressOf("default/new"), lab.records()], ["10.66.0.2", ["new.default"]]);
  lab.atRest();
});

Deno.test("adoption: a pod of one family gets no address of the other (no phantoms)", () => {
  const lab = before("10.66.0.0/24,fd00:66::/112");
  lab.pod("default/four", told("10.66.0.9"));
  lab.pod("default/six", told("fd00:66::9"));
  lab.start();
  assertEquals(lab.claims("sn"), { "10.66.0.9": "four.default", "fd00:66::9": "six.default" });
  lab.atRest();
});

Deno.test("adoption: nodes keep their addresses", () => {
  const lab = new Cluster();
  lab.create(Subnet, { metadata: { name: "join" }, spec: { cidrBlock: "100.64.0.0/16" } });
  const annotations = Object.entries(told("100.64.0.7", { logical_switch: "join" })).map((
    [k, v],
  ) => [`ovn.kubernetes.io/${k}`, v]);
  lab.create(Node, { metadata: { name: "n1", annotations: Object.fromEntries(annotations) } });
  lab.node("n0");
  lab.start();
  assertEquals([lab.told(Node, "n1").ip_address, lab.told(Node, "n0").ip_address], [
    "100.64.0.7",
    "100.64.0.2",
  ]);
  assertEquals(lab.claims("join"), { "100.64.0.2": "node-n0", "100.64.0.7": "node-n1" });
  lab.atRest();
});

Deno.test("adoption: a Subnet under Kube-OVN's former finalizer is held by its pods, and goes like any other", () => {
  const lab = before();
  lab.pod("default/p", told("10.66.0.9"));
  lab.start();
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.message, "AddressClaim sn.10.66.0.9");
  lab.kill("default/p");
  lab.settle();
  assertEquals([lab.get(Subnet, "sn"), lab.records()], [undefined, []]);
  lab.atRest();
});

Deno.test("adoption: counters that an old Kube-OVN wrote in quotes are replaced", () => {
  const lab = before();
  const { metadata, spec } = lab.get(Subnet, "sn")!;
  lab.smuggle(Subnet, { metadata, spec, status: { v4availableIPs: "7", v4usingIPs: "246" } });
  lab.start();
  const { v4availableIPs, v4usingIPs } = lab.get(Subnet, "sn")!.status!;
  assertEquals([v4availableIPs, v4usingIPs], [253, 0]);
  lab.atRest();
});
