/** What a pod is told about the interfaces that are held for it, in annotations and in Events. */
import { Pod } from "../../crds/foreign.ts";
import { ownerKeyOfPod } from "../../crds/identity.ts";
import type { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { addressesOf, ipsOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { type Hold, no, type Verdict, yes } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { fieldsText } from "../common/fields.ts";
import { denial } from "./identity.ts";
import { carried, type Network, podAnnotations } from "./annotations.ts";
import type { PodInterface } from "./interfaces.ts";
import { requestOf } from "./request.ts";
import { isShown } from "../interface/shown.ts";

/** One interface, and its locks. */
export interface Held {
  readonly provider: string;
  readonly hold: Hold;
  /** As the pod asks for it, while it does. */
  readonly wanted?: PodInterface;
}

export interface Told {
  readonly annotations: Readonly<Record<string, string | null>>;
  /** Each becomes an Event of its own. */
  readonly conditions: Readonly<Record<string, Verdict>>;
}

export function toldOf(pod: Pod, { provider, hold, wanted }: Held, view: View): Told {
  const record = (hold.met ?? hold.record[1]) as IP, subnet = view.get(Subnet, record.spec.subnet);
  if (!subnet) return { annotations: carried(pod, provider), conditions: {} };
  const network = { provider, network: wanted?.network, record, subnet };
  const denied = wanted && whyDenied(pod, { wanted, record, view });
  return {
    annotations: podAnnotations(pod, network, view),
    conditions: {
      ...conditionsOf(pod, network, view),
      ...(denied ? { [`AsAsked ${provider}`]: no(PodReason.FixedIPChangeDenied, denied) } : {}),
    },
  };
}

function conditionsOf(pod: Pod, { provider, record }: Network, view: View): Told["conditions"] {
  const other = shared(pod, record, view);
  return {
    [`Allocated ${provider}`]: yes(PodReason.PodNetworkAllocated, inWords(provider, record)),
    ...(other ? { [`Unique ${provider}`]: other } : {}),
  };
}

/** An interface, as Events name it. */
export function inWords(provider: string, record: IP): string {
  const { subnet, macAddress: mac } = record.spec;
  return fieldsText({ provider, subnet, ip: ipsOf(record).join(","), mac });
}

/** Once it is told, its annotations are our answer, and it has asked for nothing. */
function whyDenied(
  pod: Pod,
  { wanted, record, view }: { readonly wanted: PodInterface; readonly record: IP; readonly view: View },
): string | undefined {
  if (isShown(pod, record, wanted.provider)) return undefined;
  return denial(pod, requestOf(pod, wanted), { record, view });
}

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
