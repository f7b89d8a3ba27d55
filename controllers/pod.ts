/** Pods get, keep and give back their addresses. All interfaces of a pod are settled before it is told anything. */
import { OVN } from "../crds/annotations.ts";
import { LONGEST_NAME } from "../crds/custom.ts";
import { Pod } from "../crds/foreign.ts";
import { memberOf, ownerKeyOfPod } from "../crds/identity.ts";
import { IP, providerOf, recordName } from "../crds/ip.ts";
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
import { denial, keeperOf, listed, sharersIn, succeeds } from "./identity.ts";
import { holdOf, type Interface, type Owner } from "./interface_hold.ts";
import { moving } from "./moving.ts";
import { type Network, podAnnotations } from "./pod_annotations.ts";
import { requestOf } from "./pod_request.ts";
import { place } from "./pod_subnet.ts";
import { staysReady } from "./settled.ts";
import { isShown } from "./shown.ts";
import { wear } from "./worn_vip.ts";

export default controller("pod", [
  on(Pod, reconcile), // its record and its claims wake it by their relations
  wake(Pod, Subnet, untoldPodsOf),
]);

/** hostNetwork pods have no addresses of their own; finished ones are done, and their records go with them. */
export function reconcile(pod: Pod, view: View): Plan {
  if (pod.spec.hostNetwork || !isAlive(pod)) return desired();
  const held: Held[] = [];
  for (const provider of [OVN]) {
    const owner = ownerOf(pod, provider, view);
    if ("verdict" in owner) return owner;
    const choose = () => isDeleting(pod) ? undefined : fresh(pod, owner, view);
    const hold = moving(owner, view, choose) ?? holdOf(owner, view, choose);
    if (hold === undefined) continue;
    if ("verdict" in hold) return hold;
    held.push({ provider, hold });
  }
  return told(pod, held, view);
}

/** One interface, and its locks. */
interface Held {
  readonly provider: string;
  readonly hold: Hold;
}

function ownerOf(pod: Pod, provider: string, view: View): Owner | Wait {
  const { namespace = "" } = pod.metadata, podName = memberOf(pod);
  const record = recordName({ name: podName, namespace }, provider);
  if (record.length <= LONGEST_NAME) {
    const key = ownerKeyOfPod(pod), identity = keeperOf(pod, view);
    const takesOver = (record: IP) => succeeds(pod, record, view);
    return { kind: Pod, object: pod, key, podName, provider, record, identity, succeeds: takesOver };
  }
  const message =
    `the name of its record, ${record.slice(0, 64)}…, has ${record.length} characters, more than ` +
    `${LONGEST_NAME}; choose a shorter pod name`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[Pod, keyOf(pod)]]);
}

/** Step 0: nothing is there, and nothing was promised. */
function fresh(pod: Pod, owner: Owner, view: View): Interface | Wait {
  const { provider } = owner, read = requestOf(pod, provider);
  if (!read.ok) {
    const message = `${read.refusal.word}: annotation ${read.key}: ${read.refusal.message}`;
    return wait({ reason: PodReason.ValidatePodNetworkFailed, message }, [[Pod, keyOf(pod)]]);
  }
  if (read.request.vip !== undefined) return wear(read.request, owner, view);
  const request = listed(pod, read.request, view);
  if ("verdict" in request) return request;
  const found = place(pod, request, view);
  if ("verdict" in found) return found;
  const { subnet, addresses } = found, key = keyOf(subnet), { mac } = request;
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
    mac: mac ?? freeMac({ podUid: pod.metadata.uid, provider }, { isFree }),
    fixedMac: mac !== undefined,
  };
}

/** One write tells it about all its interfaces. */
function told(pod: Pod, held: readonly Held[], view: View): Plan {
  const holds = held.map(({ hold }) => hold), networks: Network[] = [];
  for (const { provider, hold } of held) {
    const record = (hold.met ?? hold.record[1]) as IP, subnet = view.get(Subnet, record.spec.subnet);
    if (!subnet) return desired({ holds });
    networks.push({ provider, record, subnet });
  }
  if (networks.length === 0) return desired();
  const annotations = Object.assign({}, ...networks.map((network) => podAnnotations(pod, network)));
  return desired({
    holds,
    annotate: [{ kind: Pod, object: pod, annotations, versioned: true }],
    conditions: Object.assign({}, ...networks.map((network) => conditionsOf(pod, network, view))),
  });
}

/** Each becomes an Event of its own. */
function conditionsOf(pod: Pod, { provider, record, subnet }: Network, view: View): Verdicts {
  const ip = addressesOf(record).join(","), mac = record.spec.macAddress ?? "";
  const message = `provider=${provider} subnet=${keyOf(subnet)} ip=${ip} mac=${mac}`;
  const other = shared(pod, record, view), denied = whyDenied(pod, record, provider);
  return {
    [`Allocated ${provider}`]: yes(PodReason.PodNetworkAllocated, message),
    ...(other ? { [`Unique ${provider}`]: other } : {}),
    ...(denied ? { [`AsAsked ${provider}`]: no(PodReason.FixedIPChangeDenied, denied) } : {}),
  };
}

/** Once it is told, its annotations are our answer, and it has asked for nothing. */
function whyDenied(pod: Pod, record: IP, provider: string): string | undefined {
  return isShown(pod, record, provider) ? undefined : denial(pod, requestOf(pod, provider), record);
}

type Verdicts = Readonly<Record<string, Verdict>>;

/** How the ledger names pods that show an address. */
const POD = "Pod ";

/** Only from before our time: somebody else was told the same. Neither loses it, and each says so. */
function shared(pod: Pod, record: IP, view: View): Verdict | undefined {
  if (!view.inherited(pod)) return undefined;
  const taken = view.project(ledger, record.spec.subnet ?? "");
  for (const address of addressesOf(record)) {
    const pods = taken.holders(address).others.filter((who) => who.startsWith(POD));
    const others = pods.map((who) => view.get(Pod, who.slice(POD.length)));
    const other = others.find((each) =>
      each && ownerKeyOfPod(each) !== ownerKeyOfPod(pod) && view.inherited(each)
    );
    if (!other) continue;
    const message = `AddressConflict: ${address} is shown by Pod ${
      keyOf(other)
    } as well; delete one of the two`;
    return no(PodReason.AcquireAddressFailed, message);
  }
}

/** Pods of its records that were not told yet: if it is going or gone, they must give them up (FAULTS §4.2, W). */
function* untoldPodsOf(subnet: Subnet, view: View): Iterable<Key> {
  if (staysReady(subnet, view)) return;
  for (const record of view.referrers(IP, Subnet, keyOf(subnet))) {
    const key = ownerKeyOf(record) ?? "", pod = view.get(Pod, key);
    for (const each of [...(pod ? [pod] : []), ...sharersIn(key, view)]) {
      if (!isShown(each, record, providerOf(record))) yield keyOf(each);
    }
  }
}
