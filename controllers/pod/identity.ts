/** Pods whose addresses somebody keeps: whose record a pod takes over, and what it may not change. */
import { Pod } from "../../crds/foreign.ts";
import {
  type Identity,
  identityOf,
  identityOfRecord,
  keepers,
  keeps,
  memberOf,
} from "../../crds/identity.ts";
import type { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { addressesOf, ipsOf, isReservation, wornVipOf } from "../../crds/record.ts";
import type { Addresses } from "../../ipam/requests.ts";
import { type Key, keyOf } from "../../reconcile/kind.ts";
import { type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";
import type { PodRequest, RequestResult } from "./request.ts";

/**
 * Whether a record that served another pod is now this one's: they are members of one keeper, under one name, and it has that
 * member still. Pods that share a record take it from one another whatever became of the keeper.
 */
export function succeeds(pod: Pod, record: IP, view: View): boolean {
  const identity = identityOf(pod), former = identityOfRecord(record);
  if (!identity) return false;
  if (identity.keeper.shared) return true;
  const isSame = former?.keeper === identity.keeper && former.key === identity.key &&
    (former.uid === undefined || former.uid === identity.uid);
  const owner = isSame ? view.get(identity.keeper.kind, identity.key) : undefined;
  return owner !== undefined && keeps(owner, identity, memberOf(pod));
}

/**
 * The keeper that a record of this pod names. One of a kind that the cluster may not even serve must have been seen: nobody could
 * ever tell that it is gone.
 */
export function keeperOf(pod: Pod, view: View): Identity | undefined {
  const identity = identityOf(pod);
  if (!identity?.keeper.kind.optional) return identity;
  return view.get(identity.keeper.kind, identity.key) ? identity : undefined;
}

/** The pods that share the records of that owner key; none where it is that of one pod. */
export function sharersIn(ownerKey: Key, view: View): readonly Pod[] {
  const [namespace, kind, name] = ownerKey.split("/");
  const keeper = name === undefined ? undefined : keepers.find((each) => each.kind.kind === kind);
  return keeper ? view.referrers(Pod, keeper.kind, `${namespace}/${name}`) : [];
}

/**
 * What a list pool leaves to this pod: a member of a set has the element of its ordinal, everybody else any that is free.
 *
 * @returns a wait where its set has not been seen, and so its first ordinal is not known.
 */
export function listed(pod: Pod, request: PodRequest, view: View): PodRequest | Wait {
  const identity = identityOf(pod), indexOf = identity?.keeper.indexOf, { choices } = request;
  if (!identity || !indexOf || choices.length === 0) return request;
  const { keeper: { kind }, key } = identity, owner = view.get(kind, key);
  const index = owner && indexOf(owner, memberOf(pod)), choice = choices[index ?? -1];
  if (choice) return { ...request, choices: [choice] };
  const message = index === undefined
    ? `NoAvailableAddress: ${kind.kind} ${key}, whose ordinals the list in ip_pool goes by, does not exist`
    : `NoAvailableAddress: ip_pool lists ${choices.length}, and none for the pod at ${
      index + 1
    }; add some at its end`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[kind, key], [Pod, keyOf(pod)]]);
}

/** Why a pod that was told nothing yet will have another address than its annotations ask for (F2). */
export function denial(
  pod: Pod,
  read: RequestResult,
  { record, view }: { readonly record: IP; readonly view: View },
): string | undefined {
  const asked = read.ok
    ? unmet(read.request, record) ?? unmetPool(read.request, record, view)
    : `what cannot be read in ${read.key}`;
  if (asked === undefined) return undefined;
  const { subnet, macAddress } = record.spec;
  const ip = ipsOf(record).join(",") || "no IP address";
  const has = `${ip} of Subnet ${subnet} with MAC ${macAddress || "none"}`;
  if (isReservation(record)) {
    return `AddressConflict: ${asked} is asked for, but IP ${record.metadata.name} reserves ${has}`;
  }
  const keeper = identityOf(pod)?.keeper.kind.kind;
  return keeper && `${asked} is asked for, but the pod keeps ${has}; re-create the ${keeper} to change that`;
}

/** What is asked for and not in the record; undefined where the record has all of it. */
function unmet(request: PodRequest, record: IP): string | undefined {
  const has = new Set(addressesOf(record));
  const each = ({ v4, v6 }: Addresses) => [v4, v6].filter((address) => address !== undefined);
  const meets = (addresses: Addresses) => each(addresses).every((address) => has.has(address));
  const { addresses, choices, mac, subnet, vip } = request;
  // Whoever asks for a Vip asks for nothing else.
  if (vip !== undefined) return vip === wornVipOf(record)?.name ? undefined : `Vip ${vip}`;
  if (addresses && !meets(addresses)) return each(addresses).join(",");
  if (choices.length > 0 && !choices.some(meets)) return each(choices[0]!).join(",");
  if (mac !== undefined && mac !== record.spec.macAddress?.toLowerCase()) return mac;
  return subnet !== undefined && subnet !== record.spec.subnet ? `Subnet ${subnet}` : undefined;
}

/** A pool may have let go of an address that somebody keeps. */
function unmetPool({ pool, vip }: PodRequest, record: IP, view: View): string | undefined {
  if (pool === undefined || vip !== undefined) return undefined;
  const space = view.project(ledger, record.spec.subnet ?? "");
  const isIn = (address: string) => space.poolsAt(address).includes(pool);
  return addressesOf(record).every(isIn) ? undefined : `IPPool ${pool}`;
}
