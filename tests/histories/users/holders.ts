/** Vips: objects that hold addresses themselves. */
import type { Random } from "../../conformance/random.ts";
import { Vip } from "../../../crds/vip.ts";
import { keyOf } from "../../../reconcile/kind.ts";
import { addressIn, macOf } from "./shapes.ts";
import { absent, create, type Doing, merge, one, remove, SUBNETS, VIPS } from "./user.ts";

export const createVip: Doing = (cluster, random) => {
  const name = absent(cluster, random, Vip, VIPS), subnet = random.pick(SUBNETS);
  return name === undefined ? undefined : create(Vip, {
    metadata: { name },
    spec: { subnet, ...random.maybe(0.4, () => wishes(subnet, random)) },
    // Nothing but an admission policy keeps a user from writing it.
    ...random.maybe(0.05, () => ({ status: { v4ip: addressIn(subnet, random) } })),
  });
};

export const deleteVip: Doing = (cluster, random) => {
  const vip = one(cluster, random, Vip);
  return vip && remove(Vip, keyOf(vip));
};

/** Before it has its addresses this counts; afterwards it is refused. */
export const editVip: Doing = (cluster, random) => {
  const vip = one(cluster, random, Vip), subnet = random.pick(SUBNETS);
  const spec = random.pick<Record<string, unknown>>([{ subnet }, { v4ip: addressIn(subnet, random) }, {
    v4ip: null,
  }]);
  return vip && merge(Vip, keyOf(vip), { spec });
};

export const editVipStatus: Doing = (cluster, random) => {
  const vip = one(cluster, random, Vip), v4ip = addressIn(random.pick(SUBNETS), random);
  const body = random.pick([{ status: null }, { status: { v4ip } }, { metadata: { finalizers: null } }]);
  return vip && merge(Vip, keyOf(vip), body);
};

function wishes(subnet: string, random: Random): Record<string, unknown> {
  return {
    ...random.maybe(0.7, () => ({ v4ip: addressIn(subnet, random) })),
    ...random.maybe(0.3, () => ({ v6ip: addressIn(subnet, random, 6) })),
    ...random.maybe(0.2, () => ({ macAddress: macOf(random) })),
  };
}
