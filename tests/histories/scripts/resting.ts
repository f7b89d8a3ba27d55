/**
 * S14: of every replica, which addresses rest by what it has seen, and what was free when it drew one.
 *
 * A replica remembers that in its process alone, and so does the judge: both begin anew when it does.
 */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { Pod } from "../../../crds/foreign.ts";
import { IP } from "../../../crds/ip.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { Subnet } from "../../../crds/subnet.ts";
import type { Engine } from "../../../reconcile/engine.ts";
import { type Key, keyOf } from "../../../reconcile/kind.ts";
import { isAssumed } from "../../../reconcile/store.ts";
import type { View } from "../../../reconcile/view.ts";
import { blockOf, familyOf } from "../blocks.ts";
import { Violation } from "../invariants/invariant.ts";
import { inForce, membersOf, poolsIn } from "../pools.ts";
import type { Replica } from "../replica.ts";
import type { World } from "../world.ts";

const REST_MS = 60_000;

export class Resting {
  /** How often an address was drawn while another one rested. */
  drawn = 0;
  /** How often one was drawn that rested, since nothing else was left. */
  forced = 0;
  readonly #world: World;
  /** Until when each address rests, as far as this process has seen. */
  readonly #seen = new Map<Engine, Map<string, number>>();

  constructor(world: World) {
    this.#world = world;
    const { onBegin } = world;
    world.onBegin = (replica, item) => {
      onBegin(replica, item);
      if (item.startsWith("Pod ")) this.#judge(replica, item.slice("Pod ".length));
    };
  }

  /** Every replica that has started anew is looked over the shoulder from now on. */
  attend(): void {
    for (const { engine } of this.#world.replicas) {
      if (this.#seen.has(engine)) continue;
      const rests = new Map<string, number>(), { store } = engine, { onChange } = store;
      this.#seen.set(engine, rests);
      store.onChange = (kind, before, after) => {
        if (kind === Pod && wasForced(before as Pod, after as Pod)) {
          for (const address of shownBy(before as Pod)) {
            rests.set(address, this.#world.clock.now + REST_MS);
          }
        }
        onChange(kind, before, after);
      };
    }
  }

  #judge({ engine, name }: Replica, key: Key): void {
    const { view } = engine, rests = this.#seen.get(engine), { now } = this.#world.clock;
    const pod = view.get(Pod, key), record = view.get(IP, key.split("/").reverse().join("."));
    // What was decided this moment is known to the store already.
    if (!pod || !record || !isAssumed(record) || !rests) return;
    // In the very moment in which its rest ends it may be taken for the one or the other.
    const isResting = (address: string) => (rests.get(address) ?? 0) > now;
    const isRested = (address: string) => (rests.get(address) ?? -1) < now;
    const { v4IpAddress = "", v6IpAddress = "" } = record.spec, free = freeFor(pod, record, view);
    for (const chosen of [v4IpAddress, v6IpAddress]) {
      if (chosen === "" || wishOf(pod, "ip_address")) continue;
      const others = free.filter((each) => familyOf(each) === familyOf(chosen) && each !== chosen);
      const better = others.filter(isRested);
      if (isResting(chosen) && better.length > 0) {
        const left = `${(rests.get(chosen)! - now) / 1000} s`;
        throw new Violation("S14", `${name} drew ${chosen} for ${key}, which rests ${left}; free: ${better}`);
      }
      if (isResting(chosen)) this.forced++;
      else if (others.some(isResting)) this.drawn++;
    }
  }
}

/** What nobody has by what this process knows, and this pod could be given. */
function freeFor(pod: Pod, own: IP, view: View): readonly string[] {
  const subnet = view.get(Subnet, own.spec.subnet)!, { hosts, gateways, excluded } = blockOf(subnet.spec);
  const pools = poolsIn(keyOf(subnet), view.list(IPPool)), valid = inForce(subnet, pools);
  const its = pools.find((pool) => keyOf(pool) === wishOf(pod, "ip_pool") && valid.has(keyOf(pool)));
  const aside = new Set(pools.flatMap((pool) => [...membersOf(pool, subnet)]));
  const place = its ? membersOf(its, subnet) : hosts.difference(aside);
  const others = [...view.list(IP)].filter((record) => record !== own);
  const claims = [...view.list(AddressClaim)].filter((claim) =>
    !(isAssumed(claim) && claim.spec.holder.name === keyOf(own))
  );
  const taken = new Set([
    ...[...view.list(Pod)].filter(isAlive).flatMap(shownBy),
    ...others.flatMap(({ spec }) => [spec.v4IpAddress, spec.v6IpAddress]),
    ...claims.map(({ spec }) => spec.address),
  ]);
  return [...place].filter((each) => !gateways.has(each) && !excluded.has(each) && !taken.has(each));
}

/** It was seen to run and not to be going, and then it was gone, another one had its name, or it had no time left. */
const wasForced = (before: Pod | undefined, after: Pod | undefined): boolean =>
  before?.metadata.deletionTimestamp === undefined && before?.spec.nodeName !== undefined &&
  before.status?.phase === "Running" &&
  (after?.metadata.uid !== before.metadata.uid || after.metadata.deletionGracePeriodSeconds === 0);

const isAlive = ({ status }: Pod): boolean => status?.phase !== "Succeeded" && status?.phase !== "Failed";

const shownBy = (pod: Pod): readonly string[] =>
  wishOf(pod, "allocated") === "true" ? wishOf(pod, "ip_address")?.split(",") ?? [] : [];

const wishOf = ({ metadata }: Pod, suffix: string): string | undefined =>
  metadata.annotations?.[`ovn.kubernetes.io/${suffix}`];
