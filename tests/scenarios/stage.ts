/** Where a scenario plays: a namespace of its own on some cluster, and verbs about pods and their addresses. */
import type { Json } from "../../kube/api.ts";
import { type Block, block, block6, suffix } from "./addresses.ts";
import { Hand } from "./hand.ts";
import { ovn, pod } from "./manifests.ts";

/** What a pod was told of one network. */
export interface Told {
  readonly ip: string;
  readonly mac: string;
  readonly subnet: string;
  readonly uid: string;
}

export interface ToldOptions {
  /** @default ovn */
  readonly provider?: string;
  /** Uid of the pod that it is not any more. */
  readonly instead?: string;
}

export interface Net extends Block {
  readonly name: string;
  /** Where it has one of each family. */
  readonly v6?: Block;
}

export interface NetOptions {
  readonly prefix?: number;
  readonly dual?: boolean;
  /** Whether to return only when it serves. @default true */
  readonly ready?: boolean;
}

export class Stage extends Hand {
  #nets = 0;

  /** Another namespace. @returns its name */
  async space(labels: Json = {}): Promise<string> {
    const name = `space-${suffix()}`;
    await this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    return name;
  }

  /** A Subnet with a block of its own, that serves. */
  async net(spec: Json = {}, { prefix, dual = false, ready = true }: NetOptions = {}): Promise<Net> {
    const v4 = block(prefix), name = this.#netName(), v6 = dual ? block6() : undefined;
    const cidrBlock = v6 ? `${v4.cidr},${v6.cidr}` : v4.cidr;
    await this.create(ovn("Subnet", name, { cidrBlock, ...spec }));
    if (ready) await this.ready(name);
    return { ...v4, name, ...(v6 ? { v6 } : {}) };
  }

  /** Names in the order of creation: a namespace lists its oldest Subnet first, and of those of one second goes by name. */
  #netName(): string {
    return `net-${`${++this.#nets}`.padStart(3, "0")}-${suffix()}`;
  }

  /** Waits until the controller has seen what happened to Subnets and Vpcs until now: it serves one of each that is younger. */
  async caughtUp(): Promise<void> {
    const vpc = this.own(`vpc${++this.#nets}`);
    await this.create(ovn("Vpc", vpc, {}));
    await this.net({ vpc });
  }

  async ready(subnet: string): Promise<void> {
    await this.eventually(`Subnet ${subnet} is Ready`, async () => {
      const { status } = await this.see("Subnet", subnet);
      const condition = status?.conditions?.find(({ type }: Json) => type === "Ready");
      return condition?.status === "True" || Promise.reject(new Error(JSON.stringify(status?.conditions)));
    });
  }

  /** Makes a pod and waits for its addresses. */
  async pod(name: string, annotations: Readonly<Record<string, string>> = {}): Promise<Told> {
    await this.create(pod(name, annotations));
    return await this.told(name);
  }

  /** Waits until a pod that is not going has its addresses in one network. */
  async told(name: string, { provider = "ovn", instead }: ToldOptions = {}): Promise<Told> {
    return await this.eventually(`pod ${name} has an address of ${provider}`, async () => {
      const { metadata: { annotations = {}, uid, deletionTimestamp } } = await this.see("Pod", name);
      const of = (suffix: string) => annotations[`${provider}.kubernetes.io/${suffix}`] ?? "";
      if (uid === instead || deletionTimestamp || of("allocated") !== "true") {
        throw new Error((await this.eventsOf("Pod", name)).join("; ") || "no Event");
      }
      return { ip: of("ip_address"), mac: of("mac_address"), subnet: of("logical_switch"), uid };
    });
  }

  /** Deletes a pod that somebody makes again. @returns what its successor was told */
  async replaced(name: string, provider = "ovn"): Promise<Told> {
    const { metadata: { uid } } = await this.see("Pod", name);
    await this.remove("Pod", name);
    return await this.told(name, { provider, instead: uid });
  }

  /** Waits until a workload's controller works by its last spec: pods that are deleted from now on come back by that one. */
  async observed(kind: string, name: string): Promise<void> {
    const { metadata: { generation } } = await this.see(kind, name);
    await this.eventually(`the last spec of ${kind} ${name} is observed`, async () => {
      return ((await this.see(kind, name)).status?.observedGeneration ?? 0) >= generation;
    });
  }

  /** Name of the IP record of a pod's interface. */
  recordName(pod: string, provider = "ovn"): string {
    return [pod, this.namespace, ...(provider === "ovn" ? [] : [provider])].join(".");
  }

  /** Waits until a pod has addresses in no network, and says why. */
  async refused(name: string, ...parts: readonly string[]): Promise<void> {
    await this.said("Pod", name, "Warning", ...parts);
    await this.stays(`pod ${name} has no address`, async () => {
      const { metadata: { annotations = {} } } = await this.see("Pod", name);
      const told = Object.entries(annotations).find(([key, value]) =>
        /\/allocated$/.test(key) && value === "true"
      );
      if (told) throw new Error(`it has ${annotations["ovn.kubernetes.io/ip_address"]}`);
    }, 1);
  }

  /** Waits until nothing of a Subnet is recorded. */
  async emptied(subnet: string): Promise<void> {
    await this.eventually(`no IP record of Subnet ${subnet} is left`, async () => {
      const left = await this.records(subnet);
      if (left.length > 0) throw new Error(left.map(({ metadata: { name } }) => name).join());
    });
  }

  /** All IP records of a Subnet. */
  async records(subnet: string): Promise<readonly Json[]> {
    return (await this.list("IP")).filter(({ spec }) => spec.subnet === subnet);
  }

  /** Waits until so many addresses of a Subnet are recorded: its counters are ahead of that. @returns the records */
  async recorded(subnet: string, count: number): Promise<readonly Json[]> {
    return await this.eventually(`${count} IP records of Subnet ${subnet}`, async () => {
      const all = await this.records(subnet);
      return all.length === count ? all : Promise.reject(new Error(`${all.length}`));
    });
  }

  /** What was said about an object, and what its conditions say, as `Ready=True …`. */
  async linesOf(kind: string, name: string): Promise<readonly string[]> {
    const conditions: readonly Json[] = (await this.see(kind, name)).status?.conditions ?? [];
    return [
      ...await this.eventsOf(kind, name),
      ...conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason} ${message}`),
    ];
  }

  /** Waits until an Event or a condition of an object says all of this. */
  async said(kind: string, name: string, ...parts: readonly string[]): Promise<void> {
    await this.eventually(`${kind} ${name} says ${parts.join(", ")}`, async () => {
      const lines = await this.linesOf(kind, name);
      if (!lines.some((line) => parts.every((part) => line.includes(part)))) {
        throw new Error(lines.join("; "));
      }
    });
  }

  /** The eight counters and ranges of a Subnet. */
  async counts(subnet: string): Promise<Json> {
    const { status = {} } = await this.see("Subnet", subnet);
    return Object.fromEntries(
      Object.entries(status).filter(([key]) => /^v[46](using|available)IP/.test(key)),
    );
  }

  /** Waits until so many IPv4 addresses of a Subnet are in use. */
  async using(subnet: string, count: number): Promise<void> {
    await this.eventually(`${count} addresses of Subnet ${subnet} are in use`, async () => {
      const counts = await this.counts(subnet);
      return counts.v4usingIPs === count || Promise.reject(new Error(JSON.stringify(counts)));
    });
  }
}
