/** Everything there is in a history: one API server, replicas, a clock, and requests that travel for too long. */
import { Pod } from "../../crds/foreign.ts";
import type { Answer, Request } from "../../kube/api.ts";
import type { Announcement } from "../../reconcile/announce.ts";
import { random } from "../conformance/random.ts";
import type { Action, ReplicaAction, UserRequest } from "./action.ts";
import { Clock } from "./clock.ts";
import { Cluster, kindNamed, type Writer } from "./cluster.ts";
import type { Fate } from "./fates.ts";
import { type Composition, Replica } from "./replica.ts";
import { kubeletStep } from "./surroundings.ts";
import { isWrite, named } from "./request.ts";
import { Tally } from "./tally.ts";

/** What is fixed before anything happens. */
export interface Setting {
  readonly seed: number;
  /** Where it began. */
  readonly setup: string;
  readonly replicas: number;
  /** How many of them lead at once from the start. */
  readonly leaders: number;
}

export interface WorldOptions {
  readonly setting: Setting;
  readonly composition: Composition;
  /** Told what happens, for people; the text is made only where somebody listens. */
  readonly trace?: ((line: string) => void) | undefined;
}

export class World {
  readonly setting: Setting;
  readonly composition: Composition;
  readonly clock = new Clock();
  readonly cluster: Cluster;
  readonly replicas: readonly Replica[];
  readonly tally = new Tally();
  /** Requests that were given up by their senders, and are still on the way. */
  readonly late: { readonly request: Request; readonly by: number }[] = [];
  /** The last Event about each object, by its uid, of each replica. */
  readonly said: readonly Map<string, Announcement>[];
  /** Told of every commit of a replica that begins, before its first request. */
  onBegin: (replica: Replica, item: string) => void = () => {};
  /** Told of every request that reaches the API server, right before it does. */
  onRequest: (request: Request, by: Writer) => void = () => {};
  /** Told of every request that a replica sends, and about what subject it was decided, right before it does. */
  onSend: (subject: string, request: Request) => void = () => {};
  /** Told of everything that a replica says to people. */
  onSaying: (announcement: Announcement) => void = () => {};
  readonly #trace: ((line: string) => void) | undefined;

  constructor({ setting, composition, trace }: WorldOptions) {
    this.setting = setting;
    this.composition = composition;
    this.cluster = new Cluster(this.clock, composition.kinds);
    this.#trace = trace;
    this.said = Array.from({ length: setting.replicas }, () => new Map());
    this.replicas = Array.from({ length: setting.replicas }, (_, i) =>
      new Replica(i, {
        composition,
        cluster: this.cluster,
        clock: this.clock,
        random: random(setting.seed * 64 + i).next,
        leads: i < setting.leaders,
        announce: (announcement) => this.#hear(i, announcement),
        begins: (replica, item) => this.onBegin(replica, item),
      }));
  }

  /** Does it; false where it makes no sense now. */
  perform(action: Action): boolean {
    switch (action.do) {
      case "user":
        return this.#ask(action.request) && this.#count(action.name);
      case "kubelet":
        return this.#kubelet(action.pod);
      case "empty":
        return this.#empty(action.namespace);
      case "work":
        return this.#work(action.which);
      case "land":
        return this.#land(action.which);
      case "tick":
        return this.clock.tick();
    }
    const replica = this.replicas[action.at];
    return replica !== undefined && this.#act(replica, action);
  }

  #act(replica: Replica, action: ReplicaAction): boolean {
    switch (action.do) {
      case "step":
        return repeatedly(action.times, () => replica.step());
      case "deliver":
        return repeatedly(action.times, () => this.#deliver(replica, action.kind));
      case "repeat":
        return replica.repeat(kindNamed(action.kind)) && this.#count("duplicate event");
      case "gap":
        if (!replica.gap(kindNamed(action.kind), action)) return false;
        this.#trace?.(`${replica.name}: its watch of ${action.kind} ends`);
        return action.trusted || this.#count("cache distrusted");
      case "list":
        return this.#list(replica, action);
      case "send":
        return this.#send(replica, action);
      case "answer":
        return this.#answer(replica, action.item);
      case "crash":
        return this.#crash(replica, action.keep);
      case "lead":
        return this.#lead(replica, action.leads);
    }
  }

  #deliver(replica: Replica, kind: string): boolean {
    const seen = replica.deliver(kindNamed(kind));
    if (seen) this.#trace?.(`${replica.name}: sees ${seen.type} ${kind} ${seen.key} @${seen.rv}`);
    return seen !== undefined;
  }

  #list(replica: Replica, action: Extract<ReplicaAction, { do: "list" }>): boolean {
    const isNew = replica.engine.unsynced.length > 0, skipped = replica.list(kindNamed(action.kind), action);
    this.#trace?.(`${replica.name}: lists ${action.kind}; ${skipped ?? "some"} changes went unseen`);
    if (skipped !== undefined && skipped > 0 && !isNew) this.tally.count("relist over a gap");
    return true;
  }

  #send(replica: Replica, { item, which, fate }: Extract<ReplicaAction, { do: "send" }>): boolean {
    const waiting = replica.process(item)?.unsent ?? [], slot = waiting[which % waiting.length];
    if (!slot) return false;
    const { request } = slot, before = this.cluster.version;
    this.onSend(item, request);
    slot.answer = this.#execute(request, replica.index, fate);
    const wrote = this.cluster.version !== before;
    if (wrote && this.replicas.some((r) => r !== replica && r.leads && r.processes.length > 0)) {
      this.tally.count("two leaders");
    }
    if (fate === "late") this.late.push({ request, by: replica.index });
    else if (fate !== "done") this.#befell(fate, request, wrote);
    this.#trace?.(
      `${replica.name}: ${item}: ${told(request, slot.answer)}${fate === "done" ? "" : ` [${fate}]`}${
        wrote ? " *" : ""
      }`,
    );
    return true;
  }

  #answer(replica: Replica, item: string): boolean {
    const process = replica.process(item);
    if (!process?.isAnswered) return false;
    replica.resume(process);
    return true;
  }

  #land(which: number): boolean {
    const [landed] = this.late.splice(which % this.late.length, 1);
    if (!landed) return false;
    const { request, by } = landed, before = this.cluster.version;
    const answer = this.#execute(request, by);
    this.#trace?.(`a request that replica-${by} gave up lands: ${told(request, answer)}`);
    return this.cluster.version === before || this.#count("late write");
  }

  #crash(replica: Replica, keep: number): boolean {
    const unsent = replica.restart().filter(isWrite);
    for (const [i, request] of unsent.entries()) {
      if (keep >> (i % 31) & 1) this.late.push({ request, by: replica.index });
    }
    this.#trace?.(`${replica.name}: ends with ${unsent.length} writes under way, and starts again`);
    return this.#count(unsent.length > 0 ? "crash with a write under way" : "crash");
  }

  #lead(replica: Replica, leads: boolean): boolean {
    if (replica.leads === leads) return false;
    replica.lead(leads);
    this.#trace?.(`${replica.name}: ${leads ? "leads" : "follows"}`);
    return this.#count("hand-over");
  }

  #ask({ kind, ...rest }: UserRequest): boolean {
    return this.#others({ ...rest, resource: kindNamed(kind) } as Request, "user");
  }

  #kubelet(key: string): boolean {
    const pod = this.cluster.get(Pod, key), request = pod && kubeletStep(this.cluster, pod);
    return request !== undefined && this.#others(request, "kubernetes");
  }

  #empty(namespace: string): boolean {
    const before = this.cluster.version;
    this.cluster.empty(namespace);
    this.#trace?.(`kubernetes: empties namespace ${namespace}`);
    return this.cluster.version !== before;
  }

  #work(which: number): boolean {
    const before = this.cluster.version, worked = this.cluster.work(which);
    if (this.cluster.version !== before) {
      this.#trace?.(`kubernetes: a controller writes @${before + 1} to @${this.cluster.version}`);
    }
    return worked;
  }

  #others(request: Request, by: "user" | "kubernetes"): boolean {
    const answer = this.#execute(request, by);
    this.#trace?.(`${by}: ${told(request, answer)}`);
    return answer.outcome === "ok";
  }

  #execute(request: Request, by: Writer, fate: Fate = "done"): Answer {
    this.onRequest(request, by);
    return this.cluster.execute(request, by, fate);
  }

  #hear(index: number, announcement: Announcement): void {
    const { kind, object, type, reason, message } = announcement;
    this.said[index]!.set(object.metadata.uid, announcement);
    this.onSaying(announcement);
    this.#trace?.(
      `replica-${index}: ${type} Event about ${kind.kind} ${object.metadata.name}: ${reason} ${message}`,
    );
  }

  #befell(fate: Fate, request: Request, wrote: boolean): void {
    if (fate !== "eaten") this.tally.count(`${isWrite(request) ? "write" : "read"} ${fate}`);
    else if (wrote) this.tally.count("answer lost after the write");
  }

  #count(name: string): true {
    this.tally.count(name);
    return true;
  }
}

function repeatedly(times: number, once: () => boolean): boolean {
  let done = 0;
  while (done < times && once()) done++;
  return done > 0;
}

const told = (request: Request, { status, outcome, message }: Answer): string =>
  `${named(request)} -> ${status} ${outcome === "ok" ? "ok" : `${outcome}: ${message}`}`;
