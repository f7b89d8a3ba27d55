/** Vips: addresses that belong to no pod, until one wears them. All three types are addresses alike. */
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP_RESERVED_LABEL, labelValue } from "../../crds/labels.ts";
import { Vip } from "../../crds/vip.ts";
import type { Plan } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { holderPlan } from "./plan.ts";
import { wearerOf, wornBy } from "./worn_vip.ts";

export default controller("vip", [
  on(Vip, reconcile, { guard: true }), // its claims, its Subnet and the records that wear it wake it by their relations
  wake(Vip, AddressClaim, wornBy),
]);

export function reconcile(vip: Vip, view: View): Plan {
  const { spec } = vip;
  const fields = { subnet: spec.subnet, v4: spec.v4ip, v6: spec.v6ip, mac: spec.macAddress };
  return holderPlan({ kind: Vip, object: vip, fields }, view, ({ addresses: { v4, v6 }, mac }) => ({
    status: {
      type: spec.type ?? "",
      v4ip: v4 ?? "",
      v6ip: v6 ?? "",
      mac,
      ...(spec.selector ? { selector: spec.selector } : {}),
    },
    spec: { v4ip: spec.v4ip || v4, v6ip: spec.v6ip || v6, macAddress: spec.macAddress || mac },
    labels: { [IP_RESERVED_LABEL]: labelValue(wearerOf(vip, view)) },
  }));
}
