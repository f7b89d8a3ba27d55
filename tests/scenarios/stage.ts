/**
 * Where a scenario plays: a namespace of its own on some cluster, and verbs.
 *
 * Everything goes through the API server. What a scenario made is removed at its end, whatever happened.
 */
import type { Answer, Client, Delete, Json } from "../../kube/api.ts";
import { type Key, keyOf } from "../../kube/resource.ts";
import { type Block, block, block6, suffix } from "./addresses.ts";
import type { Controller } from "./cluster.ts";
import { ovn, pod } from "./manifests.ts";
import { resourceOf } from "./resources.ts";

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

const MANAGER = "scenario";
const PAUSE_MS = 100;
/** A busy machine's; the figures of BEHAVIOUR are printed, not judged. */
const PATIENCE_MS = 60_000;

export class Stage {
  readonly namespace: string;
  readonly #suffix = suffix();
  readonly #client: Client;
  readonly #made: { kind: string; key: Key }[] = [];
  #nets = 0;

  /** @param controller where it can be stopped. */
  constructor(client: Client, readonly controller?: Controller) {
    this.#client = client;
    this.namespace = this.own("app");
  }

  /** A name that nobody else has. */
  own(name: string): string {
    return `${name}-${this.#suffix}`;
  }

  async open(): Promise<void> {
    await this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: this.namespace } });
  }

  /** Removes what was made, the last first, and waits for nothing. */
  async close(): Promise<void> {
    for (const { kind, key } of this.#made.reverse()) {
      await this.#client.send({
        verb: "delete",
        resource: resourceOf(kind),
        key,
        propagationPolicy: "Background",
      });
    }
  }

  /** What is namespaced and names no namespace goes into the stage's own. @throws Error when it is refused */
  async create(...bodies: readonly Json[]): Promise<void> {
    await Promise.all(bodies.map(async (body) => accept(body, await this.tries(body))));
  }

  /** What is put back as it was before is not removed at the end. */
  keep(kind: string, key: Key): void {
    const i = this.#made.findIndex((made) => made.kind === kind && made.key === key);
    if (i >= 0) this.#made.splice(i, 1);
  }

  /** As {@link Stage.create}; the answer is the caller's to judge. */
  async tries(body: Json): Promise<Answer> {
    const resource = resourceOf(nameOfKind(body)), { namespace = this.namespace } = body.metadata;
    const placed = resource.namespaced ? { ...body, metadata: { ...body.metadata, namespace } } : body;
    const answer = await this.#send({ verb: "create", resource, body: placed, manager: MANAGER });
    if (answer.outcome === "ok") this.#made.push({ kind: nameOfKind(body), key: keyOf(placed) });
    return answer;
  }

  /** Merges: `null` removes. */
  async patch(kind: string, name: string, body: Json, subresource?: "status"): Promise<void> {
    const answer = await this.edits(kind, name, body, subresource);
    accept({ kind, metadata: { name } }, answer);
  }

  /** As {@link Stage.patch}; the answer is the caller's to judge. */
  async edits(kind: string, name: string, body: Json, subresource?: "status"): Promise<Answer> {
    const resource = resourceOf(kind), key = this.#key(kind, name), part = subresource ? { subresource } : {};
    return await this.#send({ verb: "merge", resource, key, body, manager: MANAGER, ...part });
  }

  /** Does not wait for the end; that it is gone already is fine. */
  async remove(
    kind: string,
    name: string,
    options: Pick<Delete, "gracePeriodSeconds" | "propagationPolicy"> = {},
  ) {
    const policy = { propagationPolicy: "Background" as const, ...options };
    const key = this.#key(kind, name);
    const answer = await this.#send({ verb: "delete", resource: resourceOf(kind), key, ...policy });
    if (answer.outcome !== "gone") accept({ kind, metadata: { name } }, answer);
  }

  /** As an administrator who has lost patience: without its finalizers. */
  async forceRemove(kind: string, name: string): Promise<void> {
    await this.remove(kind, name);
    for (let attempt = 0; attempt < 10 && await this.get(kind, name); attempt++) {
      await this.edits(kind, name, { metadata: { finalizers: null } });
    }
  }

  async get(kind: string, name: string): Promise<Json | undefined> {
    const answer = await this.#send({ verb: "get", resource: resourceOf(kind), key: this.#key(kind, name) });
    if (answer.outcome === "gone") return undefined;
    accept({ kind, metadata: { name } }, answer);
    return answer.object;
  }

  /** @throws Error when it is not there */
  async see(kind: string, name: string): Promise<Json> {
    return await this.get(kind, name) ?? Promise.reject(new Error(`there is no ${kind} ${name}`));
  }

  /** Of the stage's namespace, or of the whole cluster. */
  async list(
    kind: string,
    options: { labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<readonly Json[]> {
    const resource = resourceOf(kind), where = resource.namespaced ? { namespace: this.namespace } : {};
    const answer = await this.#send({ verb: "list", resource, ...where, ...options });
    accept({ kind: `list of ${kind}`, metadata: {} }, answer);
    return answer.items ?? [];
  }

  /** Asks until it neither throws nor returns `false`. @returns what it returned. @throws Error with what was seen last */
  async eventually<T>(what: string, probe: () => Promise<T | false> | T | false): Promise<T> {
    for (const began = performance.now();; await pause(PAUSE_MS)) {
      const seen = await outcomeOf(probe);
      if ("value" in seen) return seen.value;
      if (performance.now() - began > PATIENCE_MS) throw new Error(`not within 60 s: ${what}; ${seen.last}`);
    }
  }

  /** Asks for some seconds, and it must hold each time. */
  async stays(what: string, probe: () => Promise<unknown> | unknown, seconds = 3): Promise<void> {
    for (const began = performance.now(); performance.now() - began < seconds * 1000; await pause(PAUSE_MS)) {
      const seen = await outcomeOf(probe);
      if ("last" in seen) throw new Error(`not for ${seconds} s: ${what}; ${seen.last}`);
    }
  }

  /** What must hold every time that somebody looks, from before something is done until after it. */
  async throughout<T>(probe: () => Promise<unknown>, act: () => Promise<T>): Promise<T> {
    const acting = act();
    let isOver = false;
    const end = () => void (isOver = true);
    acting.then(end, end);
    while (!isOver) {
      await probe();
      await pause(PAUSE_MS);
    }
    await probe();
    return await acting;
  }

  async gone(kind: string, ...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.eventually(`${kind} ${name} is gone`, async () => {
        const left = await this.get(kind, name);
        if (left) throw new Error(JSON.stringify({ ...left.metadata, managedFields: undefined }));
      });
    }
  }

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

  /** What was said about an object, as `Warning AcquireAddressFailed …`. */
  async eventsOf(kind: string, name: string): Promise<readonly string[]> {
    const { metadata: { uid } } = await this.see(kind, name);
    const resource = { ...resourceOf("Event"), namespaced: false };
    const { items = [] } = await this.#send({
      verb: "list",
      resource,
      fieldSelector: `involvedObject.uid=${uid}`,
    });
    return items.map((event: Json) => `${event.type} ${event.reason} ${event.message}`);
  }

  /** Waits until an Event or a condition of an object says all of this. */
  async said(kind: string, name: string, ...parts: readonly string[]): Promise<void> {
    await this.eventually(`${kind} ${name} says ${parts.join(", ")}`, async () => {
      const conditions: readonly Json[] = (await this.see(kind, name)).status?.conditions ?? [];
      const lines = [
        ...await this.eventsOf(kind, name),
        ...conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason} ${message}`),
      ];
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

  /** Does something while no controller works. */
  async without<T>(act: () => Promise<T>): Promise<T> {
    return await this.controller!.away(act);
  }

  /** How often a kind is written in some seconds, deletions and Events apart. */
  async writes(kind: string, seconds: number): Promise<number> {
    const versions = new Set<string>();
    for (const began = performance.now(); performance.now() - began < seconds * 1000; await pause(PAUSE_MS)) {
      for (const { metadata } of await this.list(kind)) {
        versions.add(`${metadata.uid} ${metadata.resourceVersion}`);
      }
    }
    return versions.size - (await this.list(kind)).length;
  }

  #key(kind: string, name: string): Key {
    return resourceOf(kind).namespaced && !name.includes("/") ? `${this.namespace}/${name}` : name;
  }

  /** Again when the API server is too busy, or did not answer. */
  async #send(request: Parameters<Client["send"]>[0]): Promise<Answer> {
    for (let attempt = 1;; attempt++) {
      const answer = await this.#client.send(request);
      const isPassing = answer.outcome === "throttled" || answer.outcome === "transient";
      if (!isPassing || attempt === 20) return answer;
      await pause(answer.retryAfterMs ?? 250);
    }
  }
}

const nameOfKind = ({ apiVersion = "", kind }: Json): string =>
  apiVersion.startsWith("apps.kruise.io") ? "AdvancedStatefulSet" : kind;

/** Resolves after so many milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function accept({ kind, metadata: { name = "" } }: Json, { outcome, message }: Answer): void {
  if (outcome !== "ok") throw new Error(`${kind} ${name}: ${message}`);
}

async function outcomeOf<T>(
  probe: () => Promise<T | false> | T | false,
): Promise<{ value: T } | { last: string }> {
  try {
    const value = await probe();
    return value === false ? { last: "not yet" } : { value };
  } catch (error) {
    return { last: `last seen: ${error instanceof Error ? error.message : error}` };
  }
}
