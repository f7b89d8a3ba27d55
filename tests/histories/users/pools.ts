/** IPPools: created, edited, bound, deleted. */
import type { Random } from "../../conformance/random.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { TYPO } from "../pools.ts";
import { addressIn, namespaces } from "./shapes.ts";
import { absent, create, type Doing, merge, one, POOLS, remove, SUBNETS } from "./user.ts";

export const createPool: Doing = (cluster, random) => {
  const name = absent(cluster, random, IPPool, POOLS), subnet = random.pick(SUBNETS);
  return name === undefined ? undefined : create(IPPool, {
    metadata: { name },
    spec: {
      subnet,
      ips: entries(subnet, random),
      ...random.maybe(0.5, () => ({ namespaces: namespaces(random) })),
    },
  });
};

export const deletePool: Doing = (cluster, random) => {
  const pool = one(cluster, random, IPPool);
  return pool && remove(IPPool, keyOf(pool));
};

export const editPool: Doing = (cluster, random) => {
  const pool = one(cluster, random, IPPool), subnet = random.pick(SUBNETS);
  const spec = pool && random.pick<() => Record<string, unknown>>([
    () => ({ ips: entries(pool.spec.subnet, random) }),
    () => ({ namespaces: namespaces(random) }),
    () => ({ namespaces: null }),
    () => ({ subnet, ips: entries(subnet, random) }),
  ])();
  return pool && merge(IPPool, keyOf(pool), { spec });
};

/** Two or three, now and then of both families, outside, excluded, the gateway, or not to be read at all. */
function entries(subnet: string, random: Random): readonly string[] {
  const range = (family: 4 | 6) => {
    const [first, last] = [addressIn(subnet, random, family), addressIn(subnet, random, family)].sort();
    return first === last ? first! : `${first}..${last}`;
  };
  return random.pick<() => readonly string[]>([
    () => [range(4)],
    () => [range(4), addressIn(subnet, random)],
    () => [range(4), range(6)],
    () => [range(6)],
    () => [addressIn(subnet, random), TYPO],
  ])();
}
