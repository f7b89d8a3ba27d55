/** Whether what a pod without addresses was told about it is true. */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { holderKinds, placeOf } from "../../../crds/holders.ts";
import { IP } from "../../../crds/ip.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { publishedBy } from "../../../crds/published.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import { addressesOf } from "../../../crds/record.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vip } from "../../../crds/vip.ts";
import { Pod } from "../../../crds/foreign.ts";
import { blockOf } from "../blocks.ts";
import type { Facts } from "../facts.ts";
import { inForce, membersOf, poolsIn } from "../pools.ts";
import { isForeign } from "./isolation.ts";
import { conditionOf } from "./serving.ts";

/** `undefined` where it is; else what is wrong with it. Judged by today's reason: an Event is only due when somebody looks again. */
export function excuse(pod: Pod, facts: Facts): string | undefined {
  const plan = facts.plannedFor(Pod, keyOf(pod));
  if (plan?.verdict !== "wait") return "and it does not wait for any";
  const { message } = plan, word = /^\w+/.exec(message)?.[0];
  if (!facts.warningAbout(pod.metadata.uid)) return `${message}; but nobody told it`;
  const reservation = / reservation (\S+) (?:does not hold|has no address)/.exec(message)?.[1];
  if (reservation) return isRefused(reservation, facts) ? undefined : `${message}; but nothing says why`;
  switch (word) {
    case "NoAvailableAddress":
      if (/ Vip \S+ /.test(message)) {
        return isBare(message, facts) ? undefined : `${message}; but it has some`;
      }
      if (/ip_pool (lists|goes)/.test(message)) return undefined;
      return isSpent(message, facts) ? undefined : `${message}; but there are free ones`;
    case "NoSubnet": {
      const pool = /IPPool (\S+) does not exist/.exec(message)?.[1];
      if (pool && facts.cluster.get(IPPool, pool)) return `${message}; but it is there`;
      const ready = blamed(message).find((subnet) => isReady(facts.cluster.get(Subnet, subnet)));
      return ready ? `${message}; but ${ready} is ready` : undefined;
    }
    case "AddressConflict":
      return isTaken(message, facts) ? undefined : `${message}; but it is not`;
    case "NotPermitted":
      return isForeign(message, pod, facts) ? undefined : `${message}; but it is`;
    case "InvalidIPFamily":
      return isSpent(message, facts) ? undefined : `${message}; but there are free ones`;
    case "AddressOutOfRange":
      return undefined;
  }
  return `it waits because ${message}`;
}

/** The Subnets that are said to be of no use. */
function blamed(message: string): readonly string[] {
  return [
    ...message.matchAll(/Subnet (\S+) (?:cannot be used|does not exist|is being deleted)/g),
  ].map((m) => m[1]!);
}

const isReady = (subnet: Subnet | undefined): boolean =>
  subnet !== undefined && conditionOf(subnet, "Ready")?.status === "True";

/** The record that a user made was told what is wrong with it. */
function isRefused(name: string, facts: Facts): boolean {
  const record = facts.cluster.get(IP, name);
  return record !== undefined && facts.warningAbout(record.metadata.uid) !== undefined;
}

/** Every source that is named is full, not in force, or not to serve the pod. */
function isSpent(message: string, facts: Facts): boolean {
  const { cluster } = facts, all = [...cluster.all(IPPool)];
  const full = [...message.matchAll(/Subnet (\S+?): no IPv\d address is left(?: in IPPool (\S+?))?(?:;|$)/g)];
  const idle = [...message.matchAll(/IPPool (\S+) is not in force/g)].map((m) => cluster.get(IPPool, m[1]!));
  return full.every(([, subnet, pool]) => isFull(subnet!, facts, pool)) && idle.every((pool) => {
    const subnet = pool && cluster.get(Subnet, pool.spec.subnet);
    // While a Subnet cannot be used as it was edited, its pools are judged by what it was before.
    return pool && !(subnet && isReady(subnet) && inForce(subnet, all).has(keyOf(pool)));
  });
}

/** No address of one of the families is free, of those that a pool has or no pool has. */
export function isFull(name: string, { cluster }: Facts, pool?: string): boolean {
  const subnet = cluster.get(Subnet, name), pools = poolsIn(name, cluster.all(IPPool));
  if (!subnet) return false;
  const { hosts, excluded } = blockOf(subnet.spec), taken = takenIn(name, cluster);
  const at = (address: string) => pools.filter((each) => membersOf(each, subnet).has(address)).map(keyOf);
  const isOf = (address: string) =>
    pool === undefined ? at(address).length === 0 : at(address).includes(pool);
  const free = [...hosts].filter((a) => !excluded.has(a) && !taken.has(a) && isOf(a));
  return [4, 6].some((f) => !free.some((a) => a.includes(":") === (f === 6)));
}

function takenIn(subnet: string, cluster: Facts["cluster"]): ReadonlySet<string> {
  return new Set([
    ...[...cluster.all(AddressClaim)].filter((c) => c.spec.subnet === subnet).map((c) => c.spec.address),
    ...[...cluster.all(IP)].filter((ip) => ip.spec.subnet === subnet).flatMap(addressesOf),
    ...[...cluster.all(Pod)].flatMap(publishedBy).filter((p) => p.subnet === subnet).map((p) => p.address),
    ...holderKinds.flatMap((row) =>
      [...cluster.all(row.kind)].filter((holder) => placeOf(row, holder) === subnet).flatMap(row.shownBy)
    ),
  ]);
}

/** Some address or MAC in the text has a holder, or is a gateway; or the record named in it belongs to somebody else. */
/** The Vip that it asks to wear is not there, going, or has nothing to be worn. */
function isBare(message: string, { cluster }: Facts): boolean {
  const vip = cluster.get(Vip, / Vip (\S+) /.exec(message)![1]!);
  return !vip || isDeleting(vip) || conditionOf(vip, "Ready")?.status !== "True";
}

function isTaken(message: string, { cluster }: Facts): boolean {
  const words = message.split(/[\s,]+/).map((w) => w.replace(/[:;]$/, ""));
  if (/ is worn by /.test(message)) return words.some((w) => cluster.get(IP, w) || cluster.get(Pod, w));
  if (/ belongs to | is held by finalizer /.test(message)) return words.some((w) => cluster.get(IP, w));
  return words.some((w) =>
    [...cluster.all(AddressClaim)].some((c) => c.spec.address === w) ||
    [...cluster.all(IP)].some((ip) => addressesOf(ip).includes(w) || ip.spec.macAddress === w) ||
    [...cluster.all(Pod)].some((p) => publishedBy(p).some((shown) => shown.address === w)) ||
    [...cluster.all(Subnet)].some((s) => blockOf(s.spec).gateways.has(w)) ||
    holderKinds.some((row) => [...cluster.all(row.kind)].some((holder) => row.shownBy(holder).includes(w)))
  );
}
