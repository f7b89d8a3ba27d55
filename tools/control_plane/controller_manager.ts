/** The controllers that come with Kubernetes: Deployments, StatefulSets, garbage collection, namespaces and so on. */
import type { Certificates } from "./certificates.ts";
import { type Component, component, type ComponentOptions } from "./component.ts";

export interface ControllerManagerOptions extends Pick<ComponentOptions, "binary" | "folder" | "reaper"> {
  readonly kubeconfig: string;
  readonly certificates: Certificates;
  /** Whether `path` of the API server is answered with 200. */
  readonly probe: (path: string) => Promise<boolean>;
}

/** Nothing here plays a cloud, and no kubelet sends the heartbeats without which nodes would be tainted and their pods evicted. */
const OFF = [
  "node-ipam-controller",
  "node-route-controller",
  "service-lb-controller",
  "cloud-node-lifecycle-controller",
  "node-lifecycle-controller",
  "taint-eviction-controller",
];

export function controllerManager(
  { kubeconfig, certificates, probe, ...common }: ControllerManagerOptions,
): Component {
  return component({
    ...common,
    name: "kube-controller-manager",
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--controllers=*,${OFF.map((name) => `-${name}`).join(",")}`,
      "--leader-elect=false",
      // Each controller with the role made for it; the role of the program itself can do next to nothing.
      "--use-service-account-credentials=true",
      "--secure-port=0",
      `--service-account-private-key-file=${certificates.serviceAccounts.key}`,
      `--root-ca-file=${certificates.ca}`,
      // The defaults are for clusters in which others want their share.
      "--kube-api-qps=1000",
      "--kube-api-burst=2000",
    ],
    isReady: () => probe("/api/v1/namespaces/default/serviceaccounts/default"),
  });
}
