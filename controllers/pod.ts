/** Pods get, keep and give back their addresses. All interfaces of a pod are settled before it is told anything. */
import { AddressClaim, claimName } from "../crds/address_claim.ts";
import { OVN, podKey } from "../crds/annotations.ts";
import { LONGEST_NAME } from "../crds/custom.ts";
import { Pod } from "../crds/foreign.ts";
import { IP, recordName } from "../crds/ip.ts";
import { ledger } from "../crds/projections.ts";
import { isAlive, type Published, publishedBy } from "../crds/published.ts";
import { PodReason } from "../crds/reasons.ts";
import { addressesOf } from "../crds/record.ts";
import { Subnet } from "../crds/subnet.ts";
import { formatAddress, parseAddress } from "../ipam/address.ts";
import { freeMac } from "../ipam/mac.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import { desired, type Hold, type Plan, type Wait, wait, yes } from "../reconcile/plan.ts";
import { controller, on } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { claimEntries, recordEntry } from "./interface_record.ts";
import { podAnnotations } from "./pod_annotations.ts";
import { holdMet } from "./pod_record.ts";
import { requestOf } from "./pod_request.ts";
import { place } from "./pod_subnet.ts";

export default controller("pod", [
  on(Pod, reconcile),
]);

/** hostNetwork pods have no addresses of their own; finished ones are done, and their records go with them. */
export function reconcile(pod: Pod, view: View): Plan {
  if (pod.spec.hostNetwork || !isAlive(pod)) return desired();
  const hold = holdOf(pod, view);
  if (hold === undefined) return desired();
  return "verdict" in hold ? hold : told(pod, hold, view);
}

/** The default network's two locks. Attached networks will be further holds of the same pod. */
function holdOf(pod: Pod, view: View): Hold | Wait | undefined {
  const { name, namespace = "" } = pod.metadata;
  const at = recordName({ name, namespace });
  if (at.length > LONGEST_NAME) {
    const message = `AddressOutOfRange: the record's name ${
      at.slice(0, 64)
    }… has ${at.length} characters, more than ${LONGEST_NAME}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Pod, keyOf(pod)]]);
  }
  const record = view.get(IP, at);
  if (record) return holdMet(pod, record, view);
  const published = ownPublications(pod, view);
  if (published.length > 0) return restored(pod, published, view);
  return isDeleting(pod) ? undefined : fresh(pod, view);
}

/** Step 0: nothing is there, and nothing was promised. */
function fresh(pod: Pod, view: View): Hold | Wait {
  const read = requestOf(pod);
  if (!read.ok) {
    const message = `${read.refusal.word}: annotation ${read.key}: ${read.refusal.message}`;
    return wait({ reason: PodReason.ValidatePodNetworkFailed, message }, [[Pod, keyOf(pod)]]);
  }
  const found = place(pod, read.request, view);
  if ("verdict" in found) return found;
  const { subnet, addresses } = found, taken = view.project(ledger, keyOf(subnet));
  const { mac } = read.request;
  if (mac !== undefined && !taken.isFree(mac)) {
    const message = `AddressConflict: MAC ${mac} is in use in Subnet ${keyOf(subnet)}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Subnet, keyOf(subnet)]]);
  }
  const seed = { podUid: pod.metadata.uid, provider: OVN };
  return newHold(pod, {
    subnet: keyOf(subnet),
    subnetUid: subnet.metadata.uid,
    addresses,
    mac: mac ?? freeMac(seed, { isFree: (m) => taken.isFree(m) }),
    fixedMac: mac !== undefined,
    published: false,
  });
}

/**
 * Step 8: somebody deleted the record of a pod that shows its address, or it was never there: Kube-OVN served this pod before us.
 * Who else has the address in the meantime keeps it, and the pod says so.
 */
function restored(pod: Pod, published: readonly Published[], view: View): Hold | Wait {
  const [{ subnet: name }] = published as [Published];
  const claims = published.map((p) => view.get(AddressClaim, claimName(p.subnet, p.address)));
  const at = recordName({ name: pod.metadata.name, namespace: pod.metadata.namespace ?? "" });
  const rival = claims.find((c) =>
    c?.metadata.uid && !(c.spec.holder.name === at && c.spec.ownerKey === keyOf(pod))
  );
  if (rival) {
    const { address, holder } = rival.spec;
    const message = `AddressConflict: ${address} is held by ${holder.kind} ${holder.name}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[AddressClaim, keyOf(rival)], [
      Pod,
      keyOf(pod),
    ]]);
  }
  const subnetUid = claims.find((c) => c)?.spec.subnetUid ?? view.get(Subnet, name)?.metadata.uid;
  if (subnetUid === undefined) {
    const message = `NoSubnet: Subnet ${name}, to which ${
      published.map((p) => p.address).join(" and ")
    } belongs, does not exist`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Subnet, name]]);
  }
  const mac = pod.metadata.annotations?.[podKey(OVN, "mac_address")];
  return newHold(pod, {
    subnet: name,
    subnetUid,
    addresses: published.map((p) => p.address),
    mac,
    fixedMac: mac !== undefined && view.get(AddressClaim, claimName(name, mac)) !== undefined,
    published: true,
  });
}

/**
 * The addresses that the pod shows because we told it so: a claim of its record is still there, or it was there before this
 * process began. Any other `allocated` was written by somebody else and means nothing.
 */
function ownPublications(pod: Pod, view: View): readonly Published[] {
  const shown = publishedBy(pod).flatMap(({ subnet, address }) => {
    const parsed = parseAddress(address);
    return parsed === undefined ? [] : [{ subnet, address: formatAddress(parsed) }];
  });
  const isOurs = ({ subnet, address }: Published) =>
    view.get(AddressClaim, claimName(subnet, address))?.spec.ownerKey === keyOf(pod);
  return view.inherited(pod) || shown.some(isOurs) ? shown : [];
}

interface Interface {
  readonly subnet: string;
  readonly subnetUid: string;
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
  readonly fixedMac: boolean;
  readonly published: boolean;
}

function newHold(pod: Pod, { subnet, subnetUid, addresses, mac, fixedMac, published }: Interface): Hold {
  const { name, namespace = "", uid } = pod.metadata;
  const record = recordName({ name, namespace }), ownerKey = keyOf(pod);
  return {
    record: recordEntry({
      name: record,
      ownerUid: uid,
      ownerKey,
      podName: name,
      namespace,
      nodeName: pod.spec.nodeName,
      subnet,
      subnetUid,
      addresses,
      mac,
      fixedMac,
    }),
    claims: claimEntries({ record, subnet, subnetUid, addresses, mac: fixedMac ? mac : undefined, ownerKey }),
    owner: uid,
    published,
    reserved: false,
  };
}

function told(pod: Pod, hold: Hold, view: View): Plan {
  const record = hold.record[1] as unknown as IP;
  const full = hold.met ? hold.met as IP : record;
  const subnet = view.get(Subnet, full.spec.subnet);
  if (!subnet) return desired({ holds: [hold] });
  const annotations = podAnnotations(pod, full, subnet);
  const ip = addressesOf(full).join(",");
  return desired({
    holds: [hold],
    annotate: [{ kind: Pod, object: pod, annotations, versioned: true }],
    conditions: {
      Allocated: yes(
        PodReason.PodNetworkAllocated,
        `provider=${OVN} subnet=${keyOf(subnet)} ip=${ip} mac=${full.spec.macAddress ?? ""}`,
      ),
    },
  });
}
