/** Vips: addresses that belong to no pod, until one wears them. All three types are addresses alike. */
import { IP_RESERVED_LABEL, subnetLabel } from "../crds/labels.ts";
import { HolderReason } from "../crds/reasons.ts";
import { Vip } from "../crds/vip.ts";
import { isDeleting, keyOf } from "../reconcile/kind.ts";
import { desired, type Entry, type Plan, wait, want, yes } from "../reconcile/plan.ts";
import { controller, on } from "../reconcile/table.ts";
import type { View } from "../reconcile/view.ts";
import { type Holding, holdingOf } from "./holder.ts";
import { changeDenied, wantedOf } from "./holder_request.ts";

export default controller("vip", [
  on(Vip, reconcile, { guard: true }), // its claims and its Subnet wake it by their relations
]);

/** @see BEHAVIOUR §1.6 and §4.8 */
export function reconcile(vip: Vip, view: View): Plan {
  const self = [[Vip, keyOf(vip)]] as const;
  if (isDeleting(vip)) return wait({ reason: "VipDeleting", message: "it is being deleted" }, self);
  const { spec: { subnet, v4ip: v4, v6ip: v6, macAddress: mac } } = vip;
  const wanted = wantedOf({ v4, v6, mac });
  if (!wanted.ok) return wait({ reason: wanted.refusal.word, message: wanted.refusal.message }, self);
  const holding = holdingOf({ kind: Vip, object: vip, ...wanted.value }, view);
  if ("verdict" in holding) return holding;
  const { addresses, claims, release } = holding;
  const ip = [addresses.v4, addresses.v6].filter((each) => each !== undefined).join(",");
  return desired({
    claims,
    release,
    apply: [written(vip, holding)],
    status: {
      type: vip.spec.type ?? "",
      v4ip: addresses.v4 ?? "",
      v6ip: addresses.v6 ?? "",
      mac: holding.mac,
      ...(vip.spec.selector ? { selector: vip.spec.selector } : {}),
    },
    conditions: {
      Ready: yes(HolderReason.AddressAllocated, `subnet=${holding.subnet} ip=${ip} mac=${holding.mac}`),
      ...(holding.published ? changeDenied({ subnet, v4, v6, mac }, holding) : {}),
    },
  });
}

/** Its labels; and once it was told its addresses, they are in its spec as well, where its author wrote none. */
function written({ metadata: { name }, spec }: Vip, { subnet, addresses, mac, published }: Holding): Entry {
  const filled = {
    v4ip: spec.v4ip || addresses.v4,
    v6ip: spec.v6ip || addresses.v6,
    macAddress: spec.macAddress || mac,
  };
  return want(Vip, {
    metadata: { name, labels: { ...subnetLabel(subnet), [IP_RESERVED_LABEL]: "" } },
    ...(published ? { spec: Object.fromEntries(Object.entries(filled).filter(([, value]) => value)) } : {}),
  });
}
