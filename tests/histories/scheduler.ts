/**
 * Chooses what happens next. Every history has its own mixture: what is common in one is rare in another, so that together
 * they reach what no single mixture would ("swarm testing").
 *
 * @see Groce et al., "Swarm Testing", 2012
 */
import type { Random } from "../conformance/random.ts";
import type { Action } from "./action.ts";
import { type Fate, FATES } from "./fates.ts";
import { Lottery } from "./lottery.ts";
import type { Process } from "./process.ts";
import { isBehind, type Replica } from "./replica.ts";
import { due } from "./surroundings.ts";
import { doing, habits } from "./users/mod.ts";
import { chance } from "./users/user.ts";
import { isWrite } from "./request.ts";
import type { World } from "./world.ts";

/** How likely each class of action is, before the mixture of one history. */
const CLASSES = {
  step: 22,
  deliver: 34,
  send: 20,
  answer: 16,
  user: 6,
  kubernetes: 6,
  list: 3,
  land: 1.5,
  tick: 1.5,
  repeat: 0.3,
  gap: 0.3,
  crash: 0.15,
  lead: 0.6,
} as const;
type Class = keyof typeof CLASSES;

const STALLS = [
  "IP create",
  "IP apply",
  "IP delete",
  "AddressClaim create",
  "AddressClaim delete",
  "Pod apply",
  "Pod merge",
];

/** A read cannot conflict, and nobody waits for one that is late. */
const FATE_OF_READS: Partial<Record<Fate, Fate>> = { late: "lost", conflict: "broken" };

/** What may be set from outside; the rest is drawn. */
export interface Emphasis {
  /** Requests that match `<Kind> <verb>` are held back for long. */
  readonly stall?: string;
  /** How likely a request does not simply work. */
  readonly faults?: number;
  /** What becomes of it then. */
  readonly fates?: readonly Fate[];
  /** One replica does not see one kind change. */
  readonly frozen?: boolean;
  /** How much more of these classes there is. */
  readonly more?: Partial<Record<Class, number>>;
  /** The only things users do. */
  readonly users?: readonly string[];
}

export class Scheduler {
  readonly #world: World;
  readonly #random: Random;
  readonly #classes: Lottery<Class>;
  readonly #habits: Lottery<string>;
  readonly #fates: Lottery<Fate>;
  readonly #faults: number;
  readonly #stall: string;
  /** Of one replica a kind is never seen to change, or everything is slow. */
  readonly #frozen: { readonly at: number; readonly kind: string } | undefined;
  readonly #slow: number | undefined;

  constructor(world: World, random: Random, emphasis: Emphasis = {}) {
    this.#world = world;
    this.#random = random;
    const vary = () => random.pick([0.25, 1, 1, 4]);
    const isFixed = world.setting.leaders === world.setting.replicas;
    this.#classes = new Lottery(
      mapped(
        CLASSES,
        (often, name) => name === "lead" && isFixed ? 0 : often * vary() * (emphasis.more?.[name] ?? 1),
      ),
    );
    const mixed = habits.filter((habit) => !habit.rare || chance(random, 0.25));
    const usual = Object.fromEntries(mixed.map(({ name, often }) => [name, often * vary()]));
    this.#habits = new Lottery(
      emphasis.users ? Object.fromEntries(emphasis.users.map((name) => [name, 1])) : usual,
    );
    this.#faults = emphasis.faults ?? random.pick([0, 0.02, 0.05, 0.2]);
    const fates = emphasis.fates ?? FATES.filter((fate) => fate !== "done");
    const rates = Object.fromEntries(fates.map((fate) => [fate, fate === "late" ? 3 * vary() : vary()]));
    this.#fates = new Lottery(rates as Record<Fate, number>);
    this.#stall = emphasis.stall ?? (chance(random, 0.4) ? random.pick(STALLS) : "");
    this.#slow = chance(random, 0.3) ? this.#someReplica() : undefined;
    this.#frozen = emphasis.frozen ?? chance(random, 0.2)
      ? { at: this.#someReplica(), kind: random.pick(world.composition.kinds).kind }
      : undefined;
  }

  next(): Action {
    for (;;) {
      const action = this.#choose(this.#classes.draw(this.#random));
      if (action) return action;
    }
  }

  #choose(what: Class): Action | undefined {
    const world = this.#world, random = this.#random;
    switch (what) {
      case "user":
        return this.#user();
      case "kubernetes": {
        const steps = due(world.cluster);
        return steps.length > 0 ? random.pick(steps) : undefined;
      }
      case "land":
        return world.late.length > 0 ? { do: "land", which: this.#below(world.late.length) } : undefined;
      case "tick":
        return world.clock.next === undefined ? undefined : { do: "tick" };
    }
    let at = this.#someReplica();
    if (at === this.#slow && chance(random, 0.8)) at = this.#someReplica();
    return this.#on(world.replicas[at]!, at, what);
  }

  #on(
    replica: Replica,
    at: number,
    what: Exclude<Class, "user" | "kubernetes" | "land" | "tick">,
  ): Action | undefined {
    const random = this.#random;
    switch (what) {
      case "step":
        return !replica.canStep ? undefined : { do: "step", at, times: this.#few() };
      case "deliver":
        return this.#deliver(replica, at);
      case "list": {
        const waiting = replica.watches.filter(({ due }) => due !== undefined);
        return waiting.length > 0
          ? {
            do: "list",
            at,
            kind: random.pick(waiting).kind,
            behind: this.#below(8),
            whole: chance(random, 0.7),
          }
          : undefined;
      }
      case "send": {
        const process = this.#ready(replica.processes.filter((p) => !p.isAnswered));
        if (!process) return undefined;
        const which = this.#below(process.unsent.length);
        return { do: "send", at, item: process.item, which, fate: this.#fate(process, which) };
      }
      case "answer": {
        const answered = replica.processes.filter((p) => p.isAnswered);
        return answered.length > 0 ? { do: "answer", at, item: random.pick(answered).item } : undefined;
      }
      case "repeat":
      case "gap": {
        const kind = this.#kind();
        return what === "gap"
          ? { do: "gap", at, kind, trusted: chance(random, 0.8) }
          : { do: "repeat", at, kind };
      }
      case "crash":
        return { do: "crash", at, keep: Math.floor(random.next() * 2 ** 31) };
      case "lead":
        return { do: "lead", at, leads: !replica.leads };
    }
  }

  #user(): Action | undefined {
    const random = this.#random, name = this.#habits.draw(random);
    const request = doing(name)(this.#world.cluster, random);
    return request && { do: "user", name, request };
  }

  #deliver(replica: Replica, at: number): Action | undefined {
    const behind = replica.watches.filter(isBehind);
    if (behind.length === 0) return undefined;
    const { kind } = this.#random.pick(behind);
    if (this.#frozen?.at === at && this.#frozen.kind === kind) {
      this.#world.tally.count("watch frozen");
      return undefined;
    }
    return { do: "deliver", at, kind, times: this.#few() };
  }

  /** One that is not held back, or now and then one that is. */
  #ready(processes: readonly Process[]): Process | undefined {
    if (processes.length === 0) return undefined;
    const process = this.#random.pick(processes), [slot] = process.unsent;
    const isStalled = this.#stall !== "" && slot &&
      `${slot.request.resource.kind} ${slot.request.verb}` === this.#stall;
    return isStalled && chance(this.#random, 0.95) ? undefined : process;
  }

  #fate(process: Process, which: number): Fate {
    if (!chance(this.#random, this.#faults)) return "done";
    const fate = this.#fates.draw(this.#random);
    return isWrite(process.unsent[which]!.request) ? fate : FATE_OF_READS[fate] ?? fate;
  }

  #kind(): string {
    return this.#random.pick(this.#world.composition.kinds).kind;
  }

  #someReplica(): number {
    return this.#below(this.#world.replicas.length);
  }

  #few(): number {
    return this.#random.pick([1, 1, 2, 5]);
  }

  #below(n: number): number {
    return Math.floor(this.#random.next() * n);
  }
}

function mapped<K extends string>(
  of: Readonly<Record<K, number>>,
  to: (value: number, key: K) => number,
): Record<K, number> {
  return Object.fromEntries(
    (Object.entries(of) as [K, number][]).map(([key, value]) => [key, to(value, key)]),
  ) as Record<K, number>;
}
