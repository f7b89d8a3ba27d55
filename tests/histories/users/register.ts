/** The register itself: reservations, and records and claims touched by hand. */
import { AddressClaim, claimName } from "../../../crds/address_claim.ts";
import { MARK, OWNER_UID } from "../../../crds/annotations.ts";
import { IP, recordName } from "../../../crds/ip.ts";
import { IP_RESERVED_LABEL } from "../../../crds/labels.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { addressIn } from "./shapes.ts";
import { chance, create, type Doing, merge, NAMESPACES, one, PODS, remove, SUBNETS } from "./user.ts";

export const reserve: Doing = (_, random) => {
  const podName = random.pick(PODS), namespace = random.pick(NAMESPACES), subnet = random.pick(SUBNETS);
  const v4 = addressIn(subnet, random), v6 = addressIn(subnet, random, 6);
  const addresses = random.pick<Record<string, string>>([
    { v4IpAddress: v4, ipAddress: v4 },
    { v4IpAddress: v4, v6IpAddress: v6, ipAddress: `${v4},${v6}` },
    {},
  ]);
  return create(IP, {
    metadata: { name: recordName({ name: podName, namespace }) },
    spec: { podName, namespace, subnet, ...addresses },
  });
};

export const deleteRecord: Doing = (cluster, random) => {
  const record = one(cluster, random, IP);
  return record && remove(IP, keyOf(record));
};

export const deleteClaim: Doing = (cluster, random) => {
  const claim = one(cluster, random, AddressClaim);
  return claim && remove(AddressClaim, keyOf(claim));
};

export const tamperWithRecord: Doing = (cluster, random) => {
  const record = one(cluster, random, IP);
  const metadata = random.pick<Record<string, unknown>>([
    { annotations: { [MARK]: "somebody" } },
    { annotations: { [OWNER_UID]: null } },
    { labels: { [IP_RESERVED_LABEL]: "true" } },
    { labels: { "example.com/seen": String(cluster.version) } },
    { finalizers: ["example.com/hold"] },
    { finalizers: null },
  ]);
  return record && merge(IP, keyOf(record), { metadata });
};

/** A claim that nobody of ours made. */
export const squat: Doing = (cluster, random) => {
  const subnet = random.pick(SUBNETS), address = addressIn(subnet, random), holder = one(cluster, random, IP);
  const subnetUid = [...cluster.all(AddressClaim)].find((c) => c.spec.subnet === subnet)?.spec.subnetUid ??
    "none";
  return create(AddressClaim, {
    metadata: { name: claimName(subnet, address) },
    spec: {
      subnet,
      subnetUid,
      address,
      holder: { kind: "IP", name: holder && chance(random, 0.5) ? keyOf(holder) : "nobody", uid: "forged" },
    },
  });
};
