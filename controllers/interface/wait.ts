/** What an interface waits for, and what goes while it waits (step W of docs/register.md). */
import { Pod } from "../../crds/foreign.ts";
import type { Node } from "../../crds/foreign.ts";
import { sharedKeyOf, sharersOf } from "../../crds/identity.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER, OLD_FINALIZER } from "../../crds/labels.ts";
import { isAlive } from "../../crds/published.ts";
import { PodReason } from "../../crds/reasons.ts";
import { isKept, subnetUidOf, type Worn } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { isDeleting, keyOf, type Obj } from "../../reconcile/kind.ts";
import { type Fact, type Fence, holds, type Trigger, type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import { isGuarded } from "../common/guarded.ts";
import { sharersIn } from "../pod/identity.ts";
import type { Owner } from "./owner.ts";
import { isShown } from "./shown.ts";
import { isVipLost } from "../holder/worn_vip.ts";

/**
 * Going is no reason for an identity that took its record over before: it gets its address back.
 *
 * @param settled it is about to be taken over, with all that it holds.
 */
export function isLost(record: IP, subnet: Subnet | undefined, { settled = false } = {}): boolean {
  if (!subnet || !isGuarded(subnet)) return true;
  const uid = subnetUidOf(record), isKeeping = settled || isKept(record);
  return (uid !== undefined && subnet.metadata.uid !== uid) || (isDeleting(subnet) && !isKeeping);
}

/**
 * Its Subnet cannot be used; without step W owner and Subnet would wait for each other for ever. A reservation stays until its user
 * deletes it.
 */
export function stranded(
  owner: Owner,
  record: IP,
  { reserved, view }: { readonly reserved: boolean; readonly view: View },
): Wait {
  const name = record.spec.subnet ?? "", subnet = view.get(Subnet, name);
  const state = subnet
    ? isDeleting(subnet) ? "is being deleted" : "was replaced or let go"
    : "does not exist";
  const message = `NoSubnet: Subnet ${name} ${state}`;
  if (reserved) return refused(owner, message, [[Subnet, name]]);
  return withdrawn(owner, record, {
    message,
    because: [holds(Subnet, name, (live) => isLost(record, live))],
    until: [[Subnet, name]],
    view,
  });
}

/** The Vip that it was to wear is going, and must not wait for whom nobody told. */
export function undressed(
  owner: Owner,
  record: IP,
  { wears, view }: { readonly wears: Worn; readonly view: View },
): Wait {
  return withdrawn(owner, record, {
    message: `NoAvailableAddress: Vip ${wears.name} is being deleted, or was replaced`,
    because: [holds(Vip, wears.name, (live) => isVipLost(wears, live))],
    until: [[Vip, wears.name]],
    view,
  });
}

/** It names no owner, as those of Kube-OVN, and ours does not show its addresses: an earlier one of that name had them. */
export function unowned(owner: Owner, record: IP, view: View): Wait {
  const message =
    `AddressConflict: record ${record.metadata.name} is not known to be of this pod, and is replaced`;
  return withdrawn(owner, record, { message, because: [], until: [], view });
}

interface Withdrawal {
  readonly message: string;
  readonly because: readonly Fact[];
  readonly until: readonly Trigger[];
  readonly view: View;
}

/** Step W: nobody was told. Where several share the record, none of them may have been. */
export function withdrawn(
  owner: Owner,
  record: IP,
  { message, because, until, view }: Withdrawal,
): Wait {
  const { provider } = owner, all = [owner, ...others(owner, view)];
  const triggers = all.map(({ kind, object }): Trigger => [kind, keyOf(object)]);
  if (all.some(({ object }) => isShown(object, record, provider))) {
    return refused(owner, message, [...triggers, ...until]);
  }
  const fences = all.map((each) => fenceOf(each, record, provider));
  const release = { kind: IP, object: record, because: [...because, ...unseen(owner, fences)], fences };
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [
    [IP, keyOf(record)],
    ...triggers,
    ...until,
  ], { release: [{ ...release, mark: true }] });
}

/** Of a record that others share, and may have been told of: what must be seen of them before it goes. */
export function sharedFences(
  owner: Owner,
  record: IP,
  view: View,
): { readonly because: readonly Fact[]; readonly fences: readonly Fence[] } {
  const fences = others(owner, view).map((each) => fenceOf(each, record, owner.provider));
  return { because: unseen(owner, [owner, ...fences]), fences };
}

const fenceOf = ({ kind, object }: Holder, record: IP, provider: string): Fence => ({
  kind,
  object,
  shows: (answer) => isShown(answer as Pod | Node, record, provider),
});

/** Whoever has an interface. */
type Holder = Pick<Owner, "kind" | "object">;

/** Whoever else has this very interface. */
function others({ object, key }: Owner, view: View): readonly Holder[] {
  return sharersIn(key, view)
    .filter((pod) => pod.metadata.uid !== object.metadata.uid && isAlive(pod))
    .map((pod) => ({ kind: Pod, object: pod }));
}

/** That there are no more of them than those that are fenced. */
function unseen({ key }: Owner, fenced: readonly { readonly object: Obj }[]): readonly Fact[] {
  const among = sharersOf(key), known = new Set(fenced.map(({ object }) => object.metadata.uid));
  const test = (live: Obj) =>
    sharedKeyOf(live as Pod) === key && isAlive(live as Pod) && !known.has(live.metadata.uid);
  return among ? [{ kind: Pod, key, is: "none", among, test }] : [];
}

/** Kube-OVN gave it out, and its Subnet is gone: there is nothing that a claim could name. */
export function homeless(owner: Owner, subnet = "", addresses: readonly string[]): Wait {
  return refused(owner, `NoSubnet: Subnet ${subnet} of ${addresses.join(" and ")} does not exist`, [[
    Subnet,
    subnet,
  ]]);
}

/** Another of those that share the record is about to create it; nobody writes what has no uid. */
export function arriving({ record: name }: Owner): Wait {
  return wait({ reason: PodReason.AcquireAddressFailed, message: `record ${name} is being created` }, [[
    IP,
    name,
  ]], { quiet: true });
}

/** Ends by itself, unless somebody else holds the record. */
export function leaving({ record: name }: Owner, record: IP): Wait {
  const foreign = record.metadata.finalizers?.filter((f) => f !== FINALIZER && f !== OLD_FINALIZER) ?? [];
  const held = isDeleting(record) && foreign.length > 0;
  const message = held
    ? `AddressConflict: record ${name} of an earlier owner is held by finalizer ${foreign.join(", ")}`
    : `record ${name} of an earlier owner is being released`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[IP, name]], { quiet: !held });
}

export function refused(
  { kind, object, record }: Owner,
  message: string,
  until: readonly Trigger[] = [],
): Wait {
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [
    [IP, record],
    [kind, keyOf(object)],
    ...until,
  ]);
}
