/** Pods get, keep and give back their addresses. All interfaces of a pod are settled before it is told anything. */
import { OVN } from "../crds/annotations.ts";
import { LONGEST_NAME } from "../crds/custom.ts";
import { Pod } from "../crds/foreign.ts";
import { IP, recordName } from "../crds/ip.ts";
import { ledger } from "../crds/projections.ts";
import { isAlive } from "../crds/published.ts";
import { PodReason } from "../crds/reasons.ts";
import { addressesOf, ownerKeyOf } from "../crds/record.ts";
import { Subnet } from "../crds/subnet.ts";
import { freeMac } from "../ipam/mac.ts";
import { isDeleting, type Key, keyOf } from "../reconcile/kind.ts";
import { desired, type Hold, no, type Plan, type Verdict, type Wait, wait, yes } from "../reconcile/plan.ts";
import { controller, on, wake } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { holdOf, type Interface, isShown } from "./interface_hold.ts";
import { podAnnotations } from "./pod_annotations.ts";
import { requestOf } from "./pod_request.ts";
import { place } from "./pod_subnet.ts";
import { staysReady } from "./settled.ts";

export default controller("pod", [
  on(Pod, reconcile), // its record and its claims wake it by their relations
  wake(Pod, Subnet, untoldPodsOf),
]);

/** hostNetwork pods have no addresses of their own; finished ones are done, and their records go with them. */
export function reconcile(pod: Pod, view: View): Plan {
  if (pod.spec.hostNetwork || !isAlive(pod)) return desired();
  const hold = defaultNetwork(pod, view);
  if (hold === undefined) return desired();
  return "verdict" in hold ? hold : told(pod, hold, view);
}

/** The two locks of the default network. Attached networks will be further holds of the same pod. */
function defaultNetwork(pod: Pod, view: View): Hold | Wait | undefined {
  const { name, namespace = "" } = pod.metadata, record = recordName({ name, namespace });
  if (record.length > LONGEST_NAME) {
    const message =
      `the name of its record, ${record.slice(0, 64)}…, has ${record.length} characters, more than ` +
      `${LONGEST_NAME}; choose a shorter pod name`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Pod, keyOf(pod)]]);
  }
  return holdOf(
    { kind: Pod, object: pod, record, identity: false },
    view,
    () => isDeleting(pod) ? undefined : fresh(pod, view),
  );
}

/** Step 0: nothing is there, and nothing was promised. */
function fresh(pod: Pod, view: View): Interface | Wait {
  const read = requestOf(pod);
  if (!read.ok) {
    const message = `${read.refusal.word}: annotation ${read.key}: ${read.refusal.message}`;
    return wait({ reason: PodReason.ValidatePodNetworkFailed, message }, [[Pod, keyOf(pod)]]);
  }
  const found = place(pod, read.request, view);
  if ("verdict" in found) return found;
  const { subnet, addresses } = found, key = keyOf(subnet), { mac } = read.request;
  const taken = view.project(ledger, key), isFree = (m: string) => taken.isFree(m);
  const conflict = mac === undefined ? undefined : taken.admit(mac);
  if (conflict) {
    const message = `${conflict.word}: Subnet ${key}: MAC ${conflict.message}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Subnet, key]]);
  }
  return {
    subnet: key,
    subnetUid: subnet.metadata.uid,
    addresses,
    mac: mac ?? freeMac({ podUid: pod.metadata.uid, provider: OVN }, { isFree }),
    fixedMac: mac !== undefined,
  };
}

function told(pod: Pod, hold: Hold, view: View): Plan {
  const record = (hold.met ?? hold.record[1]) as IP;
  const subnet = view.get(Subnet, record.spec.subnet);
  if (!subnet) return desired({ holds: [hold] });
  const ip = addressesOf(record).join(","), mac = record.spec.macAddress ?? "";
  const message = `provider=${OVN} subnet=${keyOf(subnet)} ip=${ip} mac=${mac}`;
  return desired({
    holds: [hold],
    annotate: [{ kind: Pod, object: pod, annotations: podAnnotations(pod, record, subnet), versioned: true }],
    conditions: { Allocated: yes(PodReason.PodNetworkAllocated, message), ...shared(pod, record, view) },
  });
}

/** How the ledger names pods that show an address. */
const POD = "Pod ";

/** Only from before our time: somebody else was told the same. Neither loses it, and each says so. */
function shared(pod: Pod, record: IP, view: View): Readonly<Record<string, Verdict>> {
  if (!view.inherited(pod)) return {};
  const taken = view.project(ledger, record.spec.subnet ?? "");
  for (const address of addressesOf(record)) {
    const pods = taken.holders(address).others.filter((who) => who.startsWith(POD));
    const others = pods.map((who) => view.get(Pod, who.slice(POD.length)));
    const other = others.find((each) => each && keyOf(each) !== keyOf(pod) && view.inherited(each));
    if (!other) continue;
    const message = `AddressConflict: ${address} is shown by Pod ${
      keyOf(other)
    } as well; delete one of the two`;
    return { Unique: no(PodReason.AcquireAddressFailed, message) };
  }
  return {};
}

/** Pods of its records that were not told yet: if it is going or gone, they must give them up (FAULTS §4.2, W). */
function* untoldPodsOf(subnet: Subnet, view: View): Iterable<Key> {
  if (staysReady(subnet, view)) return;
  for (const record of view.referrers(IP, Subnet, keyOf(subnet))) {
    const pod = view.get(Pod, ownerKeyOf(record));
    if (pod && !isShown(pod, record)) yield keyOf(pod);
  }
}
