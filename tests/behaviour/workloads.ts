/** A cluster with StatefulSets, OpenKruise and KubeVirt, and kubelets that run what they make. */
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import type { Json } from "../../kube/api.ts";
import { keyOf, type Obj, type Of } from "../../reconcile/kind.ts";
import type { Controller } from "../../sandbox/environment/environment.ts";
import { garbage } from "../../sandbox/environment/garbage.ts";
import { statefulSets } from "../../sandbox/environment/stateful_sets.ts";
import { foreignDefinitions } from "../../sandbox/foreign.ts";
import { kubeletRequest, PODS } from "../../sandbox/kubelet_step.ts";
import { Cluster, prefixed } from "./cluster.ts";

const kubelet: Controller = {
  *wake({ kind, key }) {
    if (kind.kind === PODS.kind) yield key;
  },
  work(server, key) {
    const pod = server.entriesOf(PODS).get(key)?.object;
    const request = pod && kubeletRequest(pod, { node: "n1", now: server.store.environment.now() });
    if (request) server.execute(request);
  },
};

interface WorkloadsOptions {
  readonly served?: readonly Json[];
  /** Whether anybody makes the pods of sets, or deletes them. @default true */
  readonly making?: boolean;
}

/** With Subnet `sn1`, 10.66.0.0/24, which serves namespace `app`, and Subnet `sn2`, which serves nobody. */
export function workloads(
  { served = foreignDefinitions, making = true }: WorkloadsOptions = {},
): Workloads {
  const lab = new Workloads({ controllers: [kubelet, ...making ? [garbage(), statefulSets] : []], served });
  lab.namespace("app");
  lab.subnet("sn1", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.subnet("sn2", { cidrBlock: "10.67.0.0/24" });
  return lab.settle();
}

/** Enough of an object to name it. */
type Named = Pick<Obj, "apiVersion" | "kind"> & { readonly metadata: Pick<Obj["metadata"], "name" | "uid"> };

/** What the template of a set asks for, without its prefix. */
type Asking = Readonly<Record<string, string>>;

export class Workloads extends Cluster {
  /** All of its pods at once, in namespace `app`. */
  set(name: string, spec: Of<typeof StatefulSet>["spec"], asking: Asking = {}): StatefulSet {
    const labels = { app: name };
    const template = {
      metadata: { labels, annotations: prefixed(asking) },
      spec: { containers: [{ name: "c", image: "i" }] },
    };
    const common = { podManagementPolicy: "Parallel", updateStrategy: { type: "OnDelete" } };
    return this.create(StatefulSet, {
      metadata: { name, namespace: "app" },
      spec: { selector: { matchLabels: labels }, template, ...common, ...spec },
    });
  }
  edit(name: string, spec: Json): void {
    this.merge(StatefulSet, `app/${name}`, { spec });
  }
  /** The template asks for something else; `null` for nothing. Its pods stay until somebody deletes them. */
  ask(name: string, asking: Readonly<Record<string, string | null>>): void {
    const annotations = prefixed(asking as Asking);
    this.edit(name, { template: { metadata: { annotations } } });
  }
  /** As an eviction or a roll-out does. */
  renew(...pods: readonly string[]): void {
    for (const pod of pods) this.delete(Pod, `app/${pod}`);
  }
  /** Uid, address and MAC of a pod's record, and its address as the pod itself shows it. */
  lifeOf(pod: string): readonly (string | undefined)[] {
    const record = this.get(IP, `${pod}.app`), told = this.told(Pod, `app/${pod}`);
    return [record?.metadata.uid, record?.spec.macAddress, this.addressOf(`app/${pod}`), told.mac_address];
  }
  /** The pods of namespace `app` and the addresses they were told. */
  served(): Readonly<Record<string, string | undefined>> {
    const pods = this.list(Pod).filter(({ metadata }) => metadata.namespace === "app");
    return Object.fromEntries(pods.map((pod) => [pod.metadata.name, this.addressOf(keyOf(pod))]));
  }
  /** Records of namespace `app`. */
  kept(): readonly string[] {
    return this.records().filter((name) => name.endsWith(".app"));
  }
  /** A pod of namespace `app` that names its controller. */
  member(name: string, { apiVersion, kind, metadata }: Named, asking: Asking = {}, labels: Asking = {}): Pod {
    const reference = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true };
    return this.create(Pod, {
      metadata: {
        name,
        namespace: "app",
        labels,
        annotations: prefixed(asking),
        ownerReferences: [reference],
      },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
  }
}
