/** A small operator to test the framework with: boxes on shelves, and what is told to pods. It knows nothing of addresses. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { definitions } from "../../crds/mod.ts";
import { OWNER_KEY, OWNER_UID, podKey, SUBNET_UID } from "../../crds/annotations.ts";
import { Namespace, Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { isAlive } from "../../crds/published.ts";
import { ownerUidOf } from "../../crds/record.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { desired, type Plan, RECORD_UID, wait, want, yes } from "../../reconcile/plan.ts";
import { controller, on } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { ApiServer } from "../../sandbox/server.ts";
import { Lab, type LabOptions } from "../lab.ts";

/** Holds 10.0.0.<ordinal> of Subnet `s` for every pod, where the annotation `ip_pool` gives the last number. */
export function reconcilePod(pod: Pod, view: View): Plan {
  if (!isAlive(pod)) return desired();
  const subnet = view.get(Subnet, "s");
  if (!subnet) return wait({ reason: "NoSubnet", message: "NoSubnet: s" }, [[Subnet, "s"]]);
  const name = `${pod.metadata.name}.${pod.metadata.namespace}`, met = view.get(IP, name);
  if (met && ownerUidOf(met) !== pod.metadata.uid) {
    return wait({ reason: "Taken", message: "" }, [[IP, name]], { quiet: true });
  }
  const address = met?.spec.v4IpAddress ||
    `10.0.0.${pod.metadata.annotations?.[podKey("ovn", "ip_pool")] ?? "9"}`;
  const ownerKey = keyOf(pod), subnetUid = subnet.metadata.uid;
  const annotations = { [OWNER_UID]: pod.metadata.uid, [OWNER_KEY]: ownerKey, [SUBNET_UID]: subnetUid };
  return desired({
    holds: [{
      record: want(IP, { metadata: { name, annotations }, spec: { subnet: "s", v4IpAddress: address } }),
      ...(met ? { met } : {}),
      claims: [want(AddressClaim, {
        metadata: { name: `s.${address}` },
        spec: { subnet: "s", subnetUid, address, holder: { kind: "IP", name, uid: RECORD_UID }, ownerKey },
      })],
      owner: pod.metadata.uid,
      ownerAt: [Pod, keyOf(pod)],
      published: pod.metadata.annotations?.[podKey("ovn", "ip_address")] === address,
      reserved: false,
    }],
    annotate: [{
      kind: Pod,
      object: pod,
      annotations: { [podKey("ovn", "ip_address")]: address },
      versioned: true,
    }],
    conditions: { Told: yes("PodNetworkAllocated", address) },
  });
}

const tables = [
  controller("vpc", [on(Vpc, () => desired({ conditions: { Ready: yes("There") } }))]),
  controller("subnet", [
    on(Subnet, (subnet, view) =>
      desired({
        conditions: { Ready: yes("There") },
        counters: () => ({ v4usingIPs: view.referrers(AddressClaim, Subnet, keyOf(subnet)).length }),
      }), { census: true }),
  ]),
  controller("pod", [on(Pod, reconcilePod)]),
];

export function toy(options: Partial<LabOptions> = {}): Lab {
  let uid = 0;
  const server = new ApiServer({
    now: () => "2026-01-01T00:00:00Z",
    uid: () => `uid-${++uid}`,
    definitions,
  });
  return new Lab({
    server,
    rules,
    kinds: [Vpc, Subnet, IP, AddressClaim, Namespace, Node, Pod],
    tables,
    projections: [],
    ...options,
  });
}
