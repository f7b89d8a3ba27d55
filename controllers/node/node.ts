/** Every node has an address in the join Subnet. A node of the same name takes its predecessor's record over. */
import { nodeKey, OVN } from "../../crds/annotations.ts";
import { JOIN_SUBNET } from "../../crds/defaults.ts";
import { Node } from "../../crds/foreign.ts";
import { type IP, nodeRecordName } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { PodReason } from "../../crds/reasons.ts";
import { addressesOf } from "../../crds/record.ts";
import { Subnet } from "../../crds/subnet.ts";
import { freeMac } from "../../ipam/mac.ts";
import { isDeleting, type Key, keyOf } from "../../reconcile/kind.ts";
import { desired, type Hold, type Plan, type Trigger, type Wait, wait, yes } from "../../reconcile/plan.ts";
import { controller, on, wake } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import { fieldsText } from "../common/fields.ts";
import { holdOf } from "../interface/hold.ts";
import type { Interface } from "../interface/owner.ts";
import { chooseAddresses } from "../pod/address.ts";
import { staysReady } from "../subnet/settled.ts";
import { usableSubnet } from "../subnet/named.ts";

export default controller("node", [
  on(Node, reconcile), // its record and its claims wake it by their relations
  wake(Node, Subnet, everyNodeOf),
]);

export function reconcile(node: Node, view: View): Plan {
  const key = keyOf(node), record = nodeRecordName(key);
  const owner = {
    kind: Node,
    object: node,
    key,
    podName: key,
    provider: OVN,
    record,
    identity: undefined,
    succeeds: () => true,
  };
  const hold = holdOf(owner, view, () => isDeleting(node) ? undefined : fresh(node, view));
  if (hold === undefined) return desired();
  return "verdict" in hold ? hold : told(node, hold, view);
}

function fresh(node: Node, view: View): Interface | Wait {
  const join = usableSubnet(JOIN_SUBNET, view), self: Trigger = [Subnet, JOIN_SUBNET];
  if (!join.ok) {
    const message = `NoSubnet: ${join.message}`;
    // At every start the join Subnet is completed a moment after the nodes were seen.
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [self, ...join.until], {
      quiet: join.passing === true,
    });
  }
  const { subnet, state } = join;
  const taken = view.project(ledger, JOIN_SUBNET);
  const request = { addresses: undefined, choices: [], family: undefined };
  const own = new Set([`Node ${keyOf(node)}`]);
  const chosen = chooseAddresses(request, { ...state, ledger: taken, own });
  if (!chosen.ok) {
    const message = `${chosen.refusal.word}: Subnet ${JOIN_SUBNET}: ${chosen.refusal.message}`;
    return wait({ reason: PodReason.AcquireAddressFailed, message }, [self, ...(state.skip?.met ?? [])]);
  }
  return {
    subnet: JOIN_SUBNET,
    subnetUid: subnet.metadata.uid,
    addresses: chosen.value,
    mac: freeMac({ podUid: node.metadata.uid, provider: OVN }, { isFree: (m) => taken.isFree(m) }),
    fixedMac: false,
  };
}

function told(node: Node, hold: Hold, view: View): Plan {
  const { spec } = (hold.met ?? hold.record[1]) as IP;
  const subnet = view.get(Subnet, spec.subnet);
  if (!subnet) return desired({ holds: [hold] });
  const ip = addressesOf({ spec } as IP).join(",");
  const annotations = {
    [nodeKey("allocated")]: "true",
    [nodeKey("ip_address")]: ip,
    [nodeKey("mac_address")]: spec.macAddress ?? "",
    [nodeKey("cidr")]: subnet.spec.cidrBlock ?? "",
    [nodeKey("gateway")]: subnet.spec.gateway ?? "",
    [nodeKey("logical_switch")]: keyOf(subnet),
    [nodeKey("port_name")]: nodeRecordName(keyOf(node)),
  };
  return desired({
    holds: [hold],
    annotate: [{ kind: Node, object: node, annotations, versioned: true }],
    conditions: { Allocated: yes("NodeNetworkAllocated", fieldsText({ subnet: keyOf(subnet), ip })) },
  });
}

/** An edit of the join Subnet changes what its nodes are told; counters that move do not. */
function* everyNodeOf(subnet: Subnet, view: View): Iterable<Key> {
  if (keyOf(subnet) !== JOIN_SUBNET || staysReady(subnet, view)) return;
  for (const node of view.list(Node)) yield keyOf(node);
}
