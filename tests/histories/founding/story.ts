/**
 * The five founding failures as fixed histories: users do the same every time, and what happens in between is drawn.
 *
 * Whatever else goes wrong in them, an invariant says so; each was seen to catch the mistake that it is named after (`tests/mutants`).
 */
import { assertEquals } from "@std/assert";
import { Namespace, Pod, StatefulSet } from "../../../crds/foreign.ts";
import { Subnet } from "../../../crds/subnet.ts";
import type { Kind } from "../../../reconcile/kind.ts";
import { type Random, random } from "../../conformance/random.ts";
import type { Action } from "../action.ts";
import { run } from "../history.ts";
import { calm } from "../peace.ts";
import { Scheduler } from "../scheduler.ts";
import { user } from "../setup.ts";
import { anything } from "../setups.ts";
import { create, merge, remove } from "../users/user.ts";
import type { World } from "../world.ts";

/** What users do, one after the other, with what else happens in between. */
export type Story = (stage: Stage) => Iterable<Action>;

const SCHEDULES = 8;

/** A test: the story under several schedules, with one replica and with two, unless it needs so many. */
export function story(says: string, tell: Story, options: { readonly replicas?: number } = {}): void {
  Deno.test(says, () => {
    for (let seed = 1; seed <= SCHEDULES; seed++) {
      const { replicas = 1 + seed % 2 } = options;
      const setting = { seed, setup: anything.name, replicas, leaders: replicas };
      const { violation } = run(setting, (world) => tell(new Stage(world, random(seed)))[Symbol.iterator]());
      assertEquals(violation?.message, undefined, `schedule ${seed}`);
    }
  });
}

export class Stage {
  readonly #scheduler: Scheduler;

  constructor(readonly world: World, readonly random: Random) {
    this.#scheduler = new Scheduler(world, random, { users: [], more: { user: 0 } });
  }

  /** Everything comes to rest. */
  rest(): Iterable<Action> {
    return calm(this.world, this.random);
  }

  /** The same, but one replica does not see these kinds change. */
  restUnseen(at: number, kinds: readonly Kind[]): Iterable<Action> {
    const isSeen = (action: Action) =>
      action.do !== "deliver" || action.at !== at || !kinds.some(({ kind }) => kind === action.kind);
    return calm(this.world, this.random, isSeen);
  }

  /** Some of what could happen happens, faults and crashes among it; or nothing yet. */
  *meanwhile(): Iterable<Action> {
    for (let left = this.random.pick([0, 5, 20, 80]); left > 0; left--) yield this.#scheduler.next();
  }

  /** The operator is not there while users do this and Kubernetes follows. */
  *without(doing: Iterable<Action>): Iterable<Action> {
    const { replicas } = this.world;
    for (const { index: at } of replicas) yield { do: "lead", at, leads: false };
    yield* this.rest();
    yield* doing;
    yield* this.rest();
    for (const { index: at } of replicas) {
      yield { do: "crash", at, keep: 0 };
      yield { do: "lead", at, leads: true };
    }
  }
}

export const created = (kind: Kind, body: unknown): Action => user(`create ${kind.kind}`, create(kind, body));
export const edited = (kind: Kind, key: string, body: unknown): Action =>
  user(`edit ${kind.kind}`, merge(kind, key, body));
export const deleted = (kind: Kind, key: string): Action => user(`delete ${kind.kind}`, remove(kind, key));

/** The test-bed: namespace `app`, and Subnet `sn1` that serves it. */
export function* testBed(spec: Subnet["spec"] = {}): Iterable<Action> {
  yield created(Namespace, { metadata: { name: "app" } });
  yield subnet("sn1", { namespaces: ["app"], ...spec });
}

/** With 13 addresses, unless the spec says otherwise. */
export const subnet = (name: string, spec: Subnet["spec"] = {}): Action =>
  created(Subnet, { metadata: { name }, spec: { cidrBlock: "10.66.0.0/28", ...spec } });

const containers = [{ name: "c", image: "i" }];

/** `pod("app/p0")`, with whole annotations. */
export function pod(key: string, annotations: Readonly<Record<string, string>> = {}): Action {
  const [namespace, name] = key.split("/");
  return created(Pod, { metadata: { name, namespace, annotations }, spec: { containers } });
}

/** At once: what Kubernetes makes of it is a new pod of that name. */
export const killed = (key: string): Action => user("kill pod", remove(Pod, key, { gracePeriodSeconds: 0 }));

interface SetOptions {
  readonly replicas: number;
  readonly start?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A StatefulSet of namespace `app`. */
export function set(name: string, { replicas, start, annotations = {} }: SetOptions): Action {
  const labels = { app: name };
  return created(StatefulSet, {
    metadata: { name, namespace: "app" },
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      ...(start === undefined ? {} : { ordinals: { start } }),
      template: { metadata: { labels, annotations }, spec: { containers } },
    },
  });
}

export const resized = (name: string, spec: { replicas?: number; ordinals?: { start: number } }): Action =>
  edited(StatefulSet, `app/${name}`, { spec });
