/** The floor of allocation: a client that makes the same three writes with the same bodies, and decides nothing. */
import { OVN, podKey } from "../crds/annotations.ts";
import { Pod } from "../crds/foreign.ts";
import { claimEntries, recordEntry } from "../controllers/interface/record.ts";
import { body } from "../reconcile/apply/steps.ts";
import type { Obj } from "../kube/resource.ts";
import type { Entry } from "../reconcile/plan.ts";
import type { Rig } from "./rig.ts";

const SUBNET = { subnet: "floor", subnetUid: "floor" }, MAC = "02:00:00:00:00:01";

/** A record, a claim and an annotation. */
export async function bareWrites(rig: Rig, pod: Obj, address: string): Promise<void> {
  const { name, namespace = "", uid, resourceVersion } = pod.metadata;
  const ownerKey = `${namespace}/${name}`, record = `${name}.${namespace}`, addresses = [address];
  const post = async ([resource, intent]: Entry) =>
    (await rig.must({ verb: "create", resource, body: body(resource, intent), manager: "floor" })).object!;
  const created = await post(recordEntry({
    ...SUBNET,
    name: record,
    ownerUid: uid,
    ownerKey,
    podName: name,
    namespace,
    nodeName: "node-0",
    addresses,
    mac: MAC,
    fixedMac: false,
  }));
  const recordUid = created.metadata.uid;
  for (const claim of claimEntries({ ...SUBNET, record, addresses, mac: undefined, ownerKey, recordUid })) {
    await post(claim);
  }
  const annotations = {
    [podKey(OVN, "allocated")]: "true",
    [podKey(OVN, "ip_address")]: address,
    [podKey(OVN, "mac_address")]: MAC,
    [podKey(OVN, "cidr")]: "10.16.0.0/16",
    [podKey(OVN, "gateway")]: "10.16.0.1",
    [podKey(OVN, "logical_switch")]: SUBNET.subnet,
    [podKey(OVN, "pod_nic_type")]: "veth-pair",
    [podKey(OVN, "logical_router")]: "ovn-cluster",
    [podKey(OVN, "routed")]: "true",
  };
  const told = body(Pod, { metadata: { name, namespace, annotations } }, { uid, resourceVersion });
  await rig.must({ verb: "apply", resource: Pod, body: told, manager: "floor", force: true });
}
