/** The two locks of one interface of a pod. */
import { LONGEST_NAME } from "../../crds/custom.ts";
import { Pod } from "../../crds/foreign.ts";
import { memberOf, ownerKeyOfPod } from "../../crds/identity.ts";
import { recordName } from "../../crds/ip.ts";
import { PodReason } from "../../crds/reasons.ts";
import { Subnet } from "../../crds/subnet.ts";
import { isDeleting, keyOf } from "../../reconcile/kind.ts";
import { type Hold, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { keeperOf, listed, succeeds } from "./identity.ts";
import { holdOf } from "../interface/hold.ts";
import type { Interface, Owner } from "../interface/owner.ts";
import { moving } from "./moving.ts";
import type { PodInterface } from "./interfaces.ts";
import { macIn } from "./mac.ts";
import { requestOf, type RequestResult } from "./request.ts";
import { place } from "./subnet.ts";
import { wear } from "../holder/worn_vip.ts";

/** Whom the records of that network belong to. */
export function ownerOf(pod: Pod, provider: string, view: View): Owner {
  const { namespace = "" } = pod.metadata, podName = memberOf(pod);
  return {
    kind: Pod,
    object: pod,
    key: ownerKeyOfPod(pod),
    podName,
    provider,
    record: recordName({ name: podName, namespace }, provider),
    identity: keeperOf(pod, view),
    succeeds: (record) => succeeds(pod, record, view),
  };
}

interface Circumstances {
  readonly view: View;
  /** Given to the pod's other interfaces in this very plan. */
  readonly others: Interface[];
}

/** An interface that is wanted; what it is given anew is added to `others`. */
export function wantedHold(
  pod: Pod,
  wanted: PodInterface,
  { view, others }: Circumstances,
): Hold | Wait | undefined {
  const owner = ownerOf(pod, wanted.provider, view), { record } = owner;
  if (record.length > LONGEST_NAME) {
    const message =
      `the name of its record, ${record.slice(0, 64)}…, has ${record.length} characters, more ` +
      `than ${LONGEST_NAME}; choose a shorter pod name`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Pod, keyOf(pod)]]);
  }
  const asked = () => requestOf(pod, wanted);
  const choose = () => {
    if (isDeleting(pod)) return undefined;
    const chosen = fresh(owner, asked(), { view, others });
    if (!("verdict" in chosen)) others.push(chosen);
    return chosen;
  };
  return moving(owner, { asked, choose }, view) ?? holdOf(owner, view, choose);
}

/** Step 0: nothing is there, and nothing was promised. */
function fresh(owner: Owner, read: RequestResult, { view, others }: Circumstances): Interface | Wait {
  const pod = owner.object as Pod, { provider } = owner;
  if (!read.ok) {
    const message = `${read.refusal.word}: annotation ${read.key}: ${read.refusal.message}`;
    return wait({ reason: PodReason.ValidatePodNetworkFailed, message }, [[Pod, keyOf(pod)]]);
  }
  if (read.request.vip !== undefined) return wear(read.request, owner, view);
  const request = listed(pod, read.request, view);
  if ("verdict" in request) return request;
  const found = place(pod, request, { view, others });
  if ("verdict" in found) return found;
  const { subnet, addresses } = found, key = keyOf(subnet);
  const mac = macIn(subnet, { pod, provider, mac: request.mac, others, view });
  if (!mac.ok) {
    const message = `${mac.refusal.word}: Subnet ${key}: MAC ${mac.refusal.message}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Subnet, key]]);
  }
  const isAlone = addresses.length === 0 && mac.value !== undefined;
  return {
    subnet: key,
    subnetUid: subnet.metadata.uid,
    addresses: isAlone ? [mac.value] : addresses,
    mac: mac.value,
    fixedMac: request.mac !== undefined && !isAlone,
  };
}
