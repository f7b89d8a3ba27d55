/**
 * An API server in memory: one call, one answer, nothing asynchronous.
 *
 * It answers as kube-apiserver 1.36 does; `tests/conformance` asks both the same. Objects are shared and must not be changed.
 *
 * @example
 * ```ts
 * const server = new ApiServer({ now: () => "2026-01-01T00:00:00Z", uid: () => crypto.randomUUID(), definitions });
 * server.execute({ verb: "create", resource: Subnet, body: { metadata: { name: "a" } }, manager: "me" }).status; // 201
 * ```
 */
import type { Json } from "../kube/api.ts";
import type { Key, Resource } from "../kube/resource.ts";
import { define, ending, follow } from "./definitions.ts";
import { managedFields } from "./fields/managed_fields.ts";
import { customKind } from "./kinds/custom.ts";
import { builtIns } from "./kinds/mod.ts";
import type { Served } from "./kinds/served.ts";
import type { Commit } from "./log.ts";
import { noSuchResource, Refusal } from "./refusal.ts";
import { type Entry, type Environment, Store } from "./store.ts";
import { type Operation, run } from "./verbs/run.ts";
import type { Answered, Core } from "./verbs/context.ts";

export interface ApiServerOptions extends Environment {
  /** CustomResourceDefinitions that are there from the start, and established. */
  readonly definitions?: readonly Json[];
  /** Namespaces that are there from the start. @default default, kube-system, kube-public, kube-node-lease */
  readonly namespaces?: readonly string[];
  /** Whether answers show `metadata.managedFields`; they are tracked in any case. @default true */
  readonly managedFields?: boolean;
}

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];
const [DEFINITION, NAMESPACE] = ["CustomResourceDefinition", "Namespace"].map((kind) =>
  builtIns.find((each) => each.kind === kind)!
) as [Served, Served];

export class ApiServer implements Core {
  readonly store: Store;
  /** Each of these makes one watch send a bookmark, when it has nothing else to say. */
  readonly bookmarks: Set<() => void> = new Set();
  readonly #kinds = new Map<string, Served>(builtIns.map((kind) => [pathOf(kind), kind]));
  readonly #showsManagers: boolean;

  constructor(
    { definitions = [], namespaces = NAMESPACES, managedFields = true, ...environment }: ApiServerOptions,
  ) {
    this.store = new Store(environment);
    this.#showsManagers = managedFields;
    this.store.listeners.add((commit) => follow(this, commit));
    const manager = "sandbox";
    for (const name of namespaces) {
      this.execute({ verb: "create", resource: NAMESPACE, body: { metadata: { name } }, manager });
    }
    for (const body of definitions) define(this.store, DEFINITION, body);
  }

  /** Never throws for what a request asks; the answer is what HTTP would carry. */
  execute(request: Operation, { dryRun = false }: { dryRun?: boolean } = {}): Answered {
    this.store.isDry = dryRun;
    try {
      const answered = run(this, request);
      return this.#showsManagers ? { status: answered.status, body: this.#shown(answered) } : answered;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return { status: refusal.code, body: refusal.status() };
    } finally {
      this.store.isDry = false;
    }
  }

  /** Every kind that is served now. */
  kinds(): Iterable<Served> {
    return this.#kinds.values();
  }

  kindOf(resource: Pick<Resource, "apiVersion" | "plural">): Served {
    const kind = this.#kinds.get(pathOf(resource));
    if (!kind) throw noSuchResource();
    return kind;
  }

  isServed(kind: Served): boolean {
    return this.#kinds.has(pathOf(kind));
  }

  isEnding(kind: Served): boolean {
    return kind.custom && ending(this.store, kind);
  }

  /** Starts to serve what a definition defines, or its new form. */
  serve(definition: Json): void {
    const kind = customKind(definition);
    this.#kinds.set(pathOf(kind), kind);
  }

  unserve(definition: Json): void {
    this.#kinds.delete(pathOf(customKind(definition)));
  }

  /** Everything that was written since the start, of all kinds. */
  get log(): readonly Commit[] {
    return this.store.log.commits;
  }

  /** The same of one kind; an index into it is a cheap watch. */
  logOf(resource: Pick<Resource, "apiVersion" | "plural">): readonly Commit[] {
    return this.store.collection(this.kindOf(resource)).log.commits;
  }

  /** The objects of a kind by key; a view that changes with every write. */
  entriesOf(resource: Pick<Resource, "apiVersion" | "plural">): ReadonlyMap<Key, Entry> {
    return this.store.collection(this.kindOf(resource)).entries;
  }

  /** @returns how to stop listening. */
  onCommit(listener: (commit: Commit) => void): () => void {
    this.store.listeners.add(listener);
    return () => this.store.listeners.delete(listener);
  }

  /** Makes everything up to now unreadable for watches: they answer 410. */
  compact(rv?: number): void {
    this.store.compact(rv);
  }

  /** An object of an entry or commit as a client sees it. */
  visible({ object, managers }: Pick<Commit, "object" | "managers">): Json {
    if (!this.#showsManagers || managers.length === 0) return object;
    return { ...object, metadata: { ...object.metadata, managedFields: managedFields(managers) } };
  }

  #shown({ body, managers, entries }: Answered): Json {
    if (managers) return this.visible({ object: body, managers });
    if (!entries) return body;
    return { ...body, items: entries().map((entry, i) => entry ? this.visible(entry) : body.items[i]) };
  }
}

/** Resources are few, and asked for with every request. */
const paths = new WeakMap<object, string>();

function pathOf(resource: Pick<Resource, "apiVersion" | "plural">): string {
  let path = paths.get(resource);
  if (path === undefined) paths.set(resource, path = `${resource.apiVersion}/${resource.plural}`);
  return path;
}
