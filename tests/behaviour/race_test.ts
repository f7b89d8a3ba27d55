/** Another replica, or a user, acts between two requests of one allocation. */
import { assertEquals } from "@std/assert";
import { claimEntries, recordEntry } from "../../controllers/interface/record.ts";
import { AddressClaim, claimName } from "../../crds/address_claim.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Cluster } from "./cluster.ts";
import { atEveryRequest, interrupted, ready } from "./interrupted.ts";

/** What another replica writes that serves `default/q` at the same time. */
function elsewhere(lab: Cluster, addresses: readonly string[]): void {
  const { uid } = lab.pod("default/q", { logical_switch: "sn" }).metadata, subnet = lab.get(Subnet, "sn")!;
  const common = { subnet: "sn", subnetUid: subnet.metadata.uid, addresses, ownerKey: "default/q" };
  const [, record] = recordEntry({
    ...common,
    name: "q.default",
    ownerUid: uid,
    podName: "q",
    namespace: "default",
    nodeName: "n1",
    mac: undefined,
    fixedMac: false,
  });
  const recordUid = lab.create(IP, record).metadata.uid;
  const claims = claimEntries({ ...common, record: "q.default", mac: undefined, recordUid });
  for (const [, claim] of claims) lab.create(AddressClaim, claim);
}

/** Until our own claim is there: record, IPv4 claim, IPv6 claim. */
const races = [
  { taken: ["10.66.0.2"], before: [1, 2] },
  { taken: ["10.66.0.2", "fd00:66::2"], before: [1, 2] },
  { taken: ["10.66.0.3", "fd00:66::2"], before: [1, 2, 3] },
];
for (const { taken, before } of races) {
  Deno.test(`race: another replica that takes ${taken} first keeps it; no pod gets half of two`, () => {
    for (const nth of before) {
      const lab = ready();
      interrupted(lab, nth, () => elsewhere(lab, taken));
      lab.settle();
      const [p = "", q = ""] = lab.addresses("p", "q");
      assertEquals(q, taken.join(","));
      const claimed = Object.entries(lab.claims("sn")).filter(([, holder]) => holder === "p.default");
      assertEquals(claimed.map(([address]) => address).join(","), p);
      assertEquals(p.split(",").filter((address) => address === "" || taken.includes(address)), []);
      lab.atRest();
    }
  });
}

/** Whatever was done to it, the pod ends up with what its record and its claims say. */
function consistent(lab: Cluster): void {
  lab.settle();
  const addresses = lab.addressOf("default/p")?.split(",") ?? [];
  assertEquals(addresses.length, 2);
  assertEquals(lab.claims("sn"), Object.fromEntries(addresses.map((address) => [address, "p.default"])));
  const uid = lab.get(IP, "p.default")?.metadata.uid;
  assertEquals(lab.list(AddressClaim).map(({ spec }) => spec.holder.uid), [uid, uid]);
  lab.atRest();
}

const deeds: Readonly<Record<string, (lab: Cluster) => void>> = {
  "deletes the record": (lab) => lab.get(IP, "p.default") && lab.delete(IP, "p.default"),
  "deletes a claim": (lab) => {
    const name = claimName("sn", "10.66.0.2");
    if (lab.get(AddressClaim, name)) lab.delete(AddressClaim, name);
  },
  "deletes record and claims": (lab) => {
    for (const { metadata } of lab.list(IP)) lab.delete(IP, metadata.name);
    for (const { metadata } of lab.list(AddressClaim)) lab.delete(AddressClaim, metadata.name);
  },
  "edits the pod": (lab) => lab.merge(Pod, "default/p", { metadata: { labels: { touched: "yes" } } }),
  "edits the Subnet": (lab) => lab.merge(Subnet, "sn", { spec: { mtu: 1400 } }),
  "excludes the chosen address": (lab) =>
    lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1", "10.66.0.2", "fd00:66::1"] } }),
};
for (const [what, deed] of Object.entries(deeds)) {
  Deno.test(`race: a user who ${what} between two requests leaves pod, record and claims in agreement`, () => {
    atEveryRequest((nth) => {
      const lab = ready();
      if (!interrupted(lab, nth, () => deed(lab))) return false;
      consistent(lab);
      return true;
    });
  });
}
