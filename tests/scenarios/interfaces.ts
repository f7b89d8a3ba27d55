/** Pods with further interfaces beside that of the default network. */
import type { Json } from "../../kube/api.ts";
import { ask, attachment, pod } from "./manifests.ts";
import type { Net, NetOptions, Stage } from "./stage.ts";

/** A further network with an attachment and a Subnet. */
export interface Second extends Net {
  readonly provider: string;
}

/** The network `name` of the stage's namespace. */
export async function second(s: Stage, name: string, options: NetOptions = {}): Promise<Second> {
  const provider = `${name}.${s.namespace}.ovn`;
  await s.create(attachment(name, provider));
  return { ...await s.net({ provider }, options), provider };
}

/** Annotations that attach a pod to networks of the stage's namespace beside the default one, in that Subnet. */
export function joins(s: Stage, main: Net, names: readonly string[]): Readonly<Record<string, string>> {
  const networks = names.map((name) => `${s.namespace}/${name}`).join();
  return { ...ask({ logical_switch: main.name }), "k8s.v1.cni.cncf.io/networks": networks };
}

export const podIn = (s: Stage, name: string, main: Net, networks: readonly string[]): Json =>
  pod(name, joins(s, main, networks));
