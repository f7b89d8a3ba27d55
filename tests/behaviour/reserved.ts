/** Reservations, as users make them. */
import { IP } from "../../crds/ip.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

export const FIXED = { v4IpAddress: "10.66.0.9", ipAddress: "10.66.0.9" };

export function served(spec: Subnet["spec"] = {}): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"], ...spec });
  return lab.settle();
}

/** For pod `default/<pod>`. */
export function reserve(lab: Cluster, pod: string, spec: IP["spec"] = {}, name = `${pod}.default`): Cluster {
  lab.create(IP, { metadata: { name }, spec: { podName: pod, namespace: "default", subnet: "sn", ...spec } });
  return lab.settle();
}
