/**
 * What somebody does to a cluster and sees of it, whatever it is about; with patience.
 *
 * Everything goes through the API server. What was made is removed at the end, whatever happened.
 */
import type { Answer, Client, Delete, Json, Request } from "../../kube/api.ts";
import { type Key, keyOf } from "../../kube/resource.ts";
import { suffix } from "./addresses.ts";
import type { Controller, Ground } from "./cluster.ts";
import { pause } from "./pause.ts";
import { resourceOf } from "./resources.ts";

const MANAGER = "scenario";
const PAUSE_MS = 100;
/** Of a busy machine, while the controller works; how long it really takes is printed, not judged. */
const PATIENCE_MS = 300_000;
/** However often and long others stop the controller. */
const LONGEST_MS = 600_000;

export class Hand {
  readonly namespace: string;
  readonly #suffix = suffix();
  /** Where it can be stopped. */
  readonly controller?: Controller;
  /** Whether admission policies are known to be in force. */
  readonly isGuarded: boolean;
  readonly #client: Client;
  readonly #emergency: Client | undefined;
  readonly #made: { kind: string; key: Key }[] = [];

  constructor({ client, controller, emergency, isGuarded = false }: Ground) {
    if (controller) this.controller = controller;
    this.isGuarded = isGuarded;
    this.#client = client;
    this.#emergency = emergency;
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

  /** As {@link Hand.create}; the answer is the caller's to judge. */
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

  /** As {@link Hand.patch}; the answer is the caller's to judge. */
  async edits(kind: string, name: string, body: Json, subresource?: "status"): Promise<Answer> {
    return await this.#send(this.#merge(kind, name, body, subresource));
  }

  /** As {@link Hand.patch}, by somebody whom no policy holds up: what gets in although it should not. */
  async forces(kind: string, name: string, body: Json, subresource?: "status"): Promise<void> {
    const answer = await this.#send(this.#merge(kind, name, body, subresource), this.#emergency);
    accept({ kind, metadata: { name } }, answer);
  }

  /** Whether there is somebody whom no policy holds up. */
  get canForce(): boolean {
    return this.#emergency !== undefined;
  }

  #merge(kind: string, name: string, body: Json, subresource?: "status"): Request {
    const resource = resourceOf(kind), key = this.#key(kind, name), part = subresource ? { subresource } : {};
    return { verb: "merge", resource, key, body, manager: MANAGER, ...part };
  }

  /** Whether the API server lets somebody do something, at present. */
  async lets(user: string, resourceAttributes: Json): Promise<boolean> {
    const resource = resourceOf("SubjectAccessReview"), { apiVersion, kind } = resource;
    const body = { apiVersion, kind, metadata: {}, spec: { user, resourceAttributes } };
    const answer = await this.#send({ verb: "create", resource, body, manager: MANAGER });
    accept(body, answer);
    return (answer.object as Json).status.allowed;
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
    // The controller may put its finalizer back until it has seen that the object is going.
    await this.eventually(`${kind} ${name} is removed by force`, async () => {
      if (!await this.get(kind, name)) return true;
      const answer = await this.#send(
        this.#merge(kind, name, { metadata: { finalizers: null } }),
        this.#emergency,
      );
      if (answer.outcome !== "gone") accept({ kind, metadata: { name } }, answer);
      return !await this.get(kind, name);
    });
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

  /** Of the stage's namespace or another one, or of the whole cluster. */
  async list(
    kind: string,
    { namespace = this.namespace, ...options }: { namespace?: string; labelSelector?: string } = {},
  ): Promise<readonly Json[]> {
    const resource = resourceOf(kind), where = resource.namespaced ? { namespace } : {};
    const answer = await this.#send({ verb: "list", resource, ...where, ...options });
    accept({ kind: `list of ${kind}`, metadata: {} }, answer);
    return answer.items ?? [];
  }

  /** Asks until it neither throws nor returns `false`. @returns what it returned. @throws Error with what was seen last */
  async eventually<T>(what: string, probe: () => Promise<T | false> | T | false): Promise<T> {
    const worked = () => this.controller?.worked() ?? performance.now();
    for (const began = performance.now(), work = worked();; await pause(PAUSE_MS)) {
      const seen = await outcomeOf(probe);
      if ("value" in seen) return seen.value;
      const waited = performance.now() - began;
      if (worked() - work > PATIENCE_MS || waited > LONGEST_MS) {
        throw new Error(`not within ${(waited / 1000).toFixed(0)} s: ${what}; ${seen.last}`);
      }
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

  /** Does something while no controller works. */
  async without<T>(act: () => Promise<T>): Promise<T> {
    return await this.controller!.away(act);
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

  /** The first object of a kind that is so, as soon as it is. */
  async first(kind: string, is: (object: Json) => boolean): Promise<Json> {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      for await (const line of this.#client.watch(resourceOf(kind), { signal: stop.signal })) {
        if ((line.type === "ADDED" || line.type === "MODIFIED") && is(line.object)) return line.object;
      }
    } finally {
      clearTimeout(late);
      stop.abort();
    }
    throw new Error(`no such ${kind} was seen`);
  }

  /** Judges every version of an object from now until something is done. @throws Error that `judge` threw */
  async watched<T>(
    kind: string,
    name: string,
    judge: (object: Json) => void,
    act: () => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController(), wrong: unknown[] = [];
    let last = "";
    const watching = (async () => {
      for await (const line of this.#client.watch(resourceOf(kind), { signal: stop.signal })) {
        if (line.type !== "ADDED" && line.type !== "MODIFIED") continue;
        if (keyOf(line.object) !== this.#key(kind, name)) continue;
        last = line.object.metadata.resourceVersion;
        try {
          judge(line.object);
        } catch (error) {
          wrong.push(error);
        }
      }
    })();
    try {
      const done = await act();
      await this.eventually(
        "the watch has seen the last version",
        async () => (await this.see(kind, name)).metadata.resourceVersion === last,
      );
      if (wrong.length > 0) throw wrong[0];
      return done;
    } finally {
      stop.abort();
      await watching;
    }
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
  async #send(request: Request, client: Client = this.#client): Promise<Answer> {
    for (let attempt = 1;; attempt++) {
      const answer = await client.send(request);
      const isPassing = answer.outcome === "throttled" || answer.outcome === "transient";
      if (!isPassing || attempt === 20) return answer;
      await pause(answer.retryAfterMs ?? 250);
    }
  }
}

const nameOfKind = ({ apiVersion = "", kind }: Json): string =>
  apiVersion.startsWith("apps.kruise.io") ? "AdvancedStatefulSet" : kind;

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
