/** The one API server of a world, and who wrote what. */
import { definitions, kinds } from "../../crds/mod.ts";
import type { Answer, Request } from "../../kube/api.ts";
import { classify } from "../../kube/outcome.ts";
import type { Key, Kind, Obj, Of } from "../../reconcile/kind.ts";
import { namespaces } from "../../sandbox/environment/namespaces.ts";
import type { Commit } from "../../sandbox/log.ts";
export type { Commit };
import type { Entry } from "../../sandbox/store.ts";
import { foreignDefinitions } from "../../sandbox/foreign.ts";
import { ApiServer } from "../../sandbox/server.ts";
import { ClusterRole, ClusterRoleBinding } from "../rights.ts";
import type { Clock } from "./clock.ts";
import { Rights } from "./rights.ts";
import { Workloads } from "./workloads.ts";
import { befall, type Fate } from "./fates.ts";

/** Who writes: a replica by its number, or somebody else. */
export type Writer = number | "user" | "kubernetes";

/** A commit, who made it, and by which request. */
export interface Write extends Commit {
  readonly by: Writer;
  readonly request: Request | undefined;
}

interface Table {
  readonly entries: ReadonlyMap<Key, Entry>;
  readonly log: readonly Commit[];
}

/** What is stored, and how it came to be. */
export interface Records {
  get<K extends Kind>(kind: K, key: Key): Of<K> | undefined;
  all<K extends Kind>(kind: K): Iterable<Of<K>>;
  /** Everything that happened to a kind, oldest first. */
  logOf(kind: Kind): readonly Commit[];
}

export class Cluster implements Records {
  readonly server: ApiServer;
  readonly workloads: Workloads;
  readonly rights: Rights;
  /** Told of every commit, right after it. */
  onWrite: (write: Write) => void = () => {};
  #by: Writer = "kubernetes";
  #request: Request | undefined;
  #tables = new Map<Kind, Table>();
  #trimmed = new WeakMap<Commit, Obj>();

  /** @param kinds those that somebody watches: what others define is served if it is one of them */
  constructor(clock: Clock, readonly kinds: readonly Kind[]) {
    const watched = new Set(kinds.map(({ apiVersion, plural }) => `${apiVersion} ${plural}`));
    let uids = 0;
    this.server = new ApiServer({
      now: () => clock.wall,
      uid: () => `u${++uids}`,
      definitions: [
        ...definitions,
        ...foreignDefinitions.filter(({ spec: { group, names, versions } }) =>
          watched.has(`${group}/${versions[0].name} ${names.plural}`)
        ),
      ],
      namespaces: [],
      managedFields: false,
    });
    this.workloads = new Workloads(this.server);
    this.rights = new Rights(clock);
    this.server.onCommit((commit) => {
      this.workloads.note(commit);
      this.rights.note(commit);
      this.onWrite({ ...commit, by: this.#by, request: this.#request });
    });
  }

  /** Version of the last commit. */
  get version(): number {
    return this.server.store.version;
  }

  execute(request: Request, by: Writer, fate: Fate = "done"): Answer {
    this.#by = by;
    this.#request = request;
    return classify(request, befall(this.server, request, fate));
  }

  /** What Kubernetes does with a namespace that is going. */
  empty(namespace: string): void {
    this.#by = "kubernetes";
    this.#request = undefined;
    namespaces.work(this.server, namespace);
  }

  /** What its controllers do, one thing at a time. */
  work(which: number): boolean {
    this.#by = "kubernetes";
    this.#request = undefined;
    return this.workloads.work(which);
  }

  get<K extends Kind>(kind: K, key: Key): Of<K> | undefined {
    return this.#tableOf(kind).entries.get(key)?.object;
  }

  *all<K extends Kind>(kind: K): Iterable<Of<K>> {
    for (const { object } of this.#tableOf(kind).entries.values()) yield object;
  }

  count(kind: Kind): number {
    return this.#tableOf(kind).entries.size;
  }

  /** Everything that happened to a kind, oldest first. */
  logOf(kind: Kind): readonly Commit[] {
    return this.#tableOf(kind).log;
  }

  /** Both change with every write; looking them up is what costs. */
  #tableOf(kind: Kind): Table {
    let table = this.#tables.get(kind);
    if (!table) {
      const isServed = !kind.optional || this.kinds.includes(kind);
      table = isServed
        ? { entries: this.server.entriesOf(kind), log: this.server.logOf(kind) }
        : { entries: new Map(), log: [] };
      this.#tables.set(kind, table);
    }
    return table;
  }

  /** The object of a commit as a replica keeps it. */
  trimmed(kind: Kind, commit: Commit): Obj {
    let object = this.#trimmed.get(commit);
    if (!object) {
      object = kind.trim ? kind.trim(commit.object) : commit.object as Obj;
      this.#trimmed.set(commit, object);
    }
    return object;
  }

  /** All objects of a kind after the first `count` commits of its log, as a replica keeps them. */
  stateAt(kind: Kind, count: number): readonly Obj[] {
    const objects = new Map<Key, Obj>();
    for (const commit of this.logOf(kind).slice(0, count)) {
      if (commit.type === "DELETED") objects.delete(commit.key);
      else objects.set(commit.key, this.trimmed(kind, commit));
    }
    return [...objects.values()];
  }
}

const byName: ReadonlyMap<string, Kind> = new Map(
  [...kinds, ClusterRole, ClusterRoleBinding].map((kind) => [kind.kind, kind]),
);

/** @throws where neither the operator watches a kind of that name, nor a user writes it. */
export function kindNamed(name: string): Kind {
  const found = byName.get(name);
  if (!found) throw new Error(`no kind ${name}`);
  return found;
}
