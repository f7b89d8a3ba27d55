/** OvnEips: addresses of an external Subnet. What OVN does with them is not ours to do. */
import { OvnEip } from "../../crds/ovn_eip.ts";
import type { Plan } from "../../reconcile/plan.ts";
import { controller, on } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { holderPlan } from "./plan.ts";

export default controller("ovn-eip", [
  on(OvnEip, reconcile, { guard: true }), // its claims and its Subnet wake it by their relations
]);

/** The type of one that names none. */
const NAT = "nat";

export function reconcile(eip: OvnEip, view: View): Plan {
  const { spec } = eip, type = spec.type || NAT;
  const fields = { subnet: spec.externalSubnet, v4: spec.v4Ip, v6: spec.v6Ip, mac: spec.macAddress };
  return holderPlan(
    { kind: OvnEip, object: eip, fields },
    view,
    ({ subnet, addresses: { v4, v6 }, mac }) => ({
      status: { ready: true, type, v4Ip: v4 ?? "", v6Ip: v6 ?? "", macAddress: mac },
      spec: {
        externalSubnet: spec.externalSubnet || subnet,
        v4Ip: spec.v4Ip || v4,
        v6Ip: spec.v6Ip || v6,
        macAddress: spec.macAddress || mac,
        type,
      },
    }),
  );
}
