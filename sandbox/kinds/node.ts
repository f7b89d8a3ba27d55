/** Nodes. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { forbidden, type Problem } from "../schema/problem.ts";
import { conditions, keyed, named, set } from "./pod_schema.ts";
import type { Row } from "./served.ts";

const NODE_INFO = named([
  "machineID",
  "systemUUID",
  "bootID",
  "kernelVersion",
  "osImage",
  "containerRuntimeVersion",
  "kubeletVersion",
  "kubeProxyVersion",
  "operatingSystem",
  "architecture",
], "");

/** Put on every new node by admission, until it is ready. */
const NOT_READY = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

export const node: Row = {
  kind: "Node",
  plural: "nodes",
  shortNames: ["no"],
  properties: {
    spec: { type: "object", properties: { podCIDRs: set() } },
    status: {
      type: "object",
      properties: {
        conditions: conditions("lastHeartbeatTime", "lastTransitionTime"),
        addresses: keyed(["type"], { type: { type: "string" }, address: { type: "string", default: "" } }),
      },
    },
  },
  subresources: ["status"],
  selectable: ["spec.unschedulable"],
  columns: [{ name: "Status", type: "string", jsonPath: "" }, {
    name: "Age",
    type: "string",
    jsonPath: ".metadata.creationTimestamp",
  }],
  always: { spec: {}, status: { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: NODE_INFO } },
  createsStatus: true,
  behaviour: {
    onCreate: ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, taints: [...spec.taints ?? [], NOT_READY] },
    }),
    onUpdate: (next, old) => ({ ...next, status: old.status }),
    problems: nodeProblems,
  },
};

function nodeProblems(next: Json, old: Json | undefined): Problem[] {
  if (!old?.spec.podCIDRs || equal(next.spec.podCIDRs, old.spec.podCIDRs)) return [];
  return [forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')];
}
