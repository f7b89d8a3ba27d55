import { assertEquals } from "@std/assert";
import type { Answer, Request } from "../../kube/api.ts";
import type { Outcome } from "../../reconcile/apply/commit.ts";
import type { Steps } from "../../reconcile/apply/steps.ts";
import { kind, type Obj } from "../../reconcile/kind.ts";
import { isQuestion, MOST, Questions } from "../../reconcile/questions.ts";
import { Store } from "../../reconcile/store.ts";
import { controller, on } from "../../reconcile/table.ts";
import { wait } from "../../reconcile/plan.ts";
import { Vpc } from "../../crds/vpc.ts";
import { toy } from "./toy.ts";

const LASTS = 1000;
const Oracle = kind<Obj & { readonly status: unknown }>("example.com/v1", "Oracle", "oracles", {
  asked: { spec: (key) => ({ about: key }), lastsMs: LASTS },
});
const said = (status: unknown): Answer =>
  ({ outcome: "ok", status: 201, reason: "", message: "", object: { status } }) as Answer;
const REFUSED: Answer = { outcome: "denied", status: 403, reason: "Forbidden", message: "go away" };
const LOST: Answer = { outcome: "unknown", status: 0, reason: "", message: "" };

/** Questions with a clock that a test moves, and requests that it answers. */
class Scene {
  readonly store = new Store({ relations: [], projections: [], finalizers: [], census: [] });
  readonly questions: Questions;
  readonly changes: string[] = [];
  readonly #pending: { request: Request; answer: (answer: Answer) => void }[] = [];
  #now = 0;
  #timers = new Set<{ at: number; callback: () => void }>();

  constructor() {
    this.store.onChange = (_, before, after) =>
      this.changes.push(
        `${(after ?? before)!.metadata.name} ${after ? JSON.stringify(after.status) : "over"}`,
      );
    this.questions = new Questions(this.store, {
      rules: { operator: "toy" },
      env: {
        now: () => this.#now,
        wall: () => "",
        random: () => 0,
        after: (ms, callback) => {
          const timer = { at: this.#now + ms, callback };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
      drive: (steps, done) => this.#drive(steps, done),
    });
  }

  ask(key: string): void {
    this.questions.ask({ kind: Oracle, key });
  }
  /** What was sent and is not answered yet. */
  get sent(): readonly unknown[] {
    return this.#pending.map(({ request }) => "body" in request && request.body.spec.about);
  }
  answer(answer: Answer): void {
    this.#pending.shift()!.answer(answer);
  }
  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback();
    }
  }

  #drive(steps: Steps<Outcome>, done: (outcome: Outcome) => void): void {
    const [request] = steps.next([]).value as readonly Request[];
    this.#pending.push({ request: request!, answer: (a) => done(steps.next([a]).value as Outcome) });
  }
}

Deno.test("questions: an answer is in the store for as long as its kind says, and nobody asks meanwhile", () => {
  const scene = new Scene();
  scene.ask("a");
  scene.ask("a");
  assertEquals([scene.sent, scene.questions.underWay], [["a"], 1]);
  scene.answer(said({ yes: true }));
  scene.ask("a");
  assertEquals([scene.sent, scene.questions.underWay], [[], 0]);
  scene.pass(LASTS - 1);
  assertEquals(scene.store.get(Oracle, "a")?.status, { yes: true });
  scene.pass(1);
  assertEquals(scene.store.get(Oracle, "a"), undefined);
  assertEquals(scene.changes, ['a {"yes":true}', "a over"]);
  scene.ask("a");
  assertEquals(scene.sent, ["a"]);
});

Deno.test("questions: an answer counts from when it was asked for, and one that is older than it may be is none", () => {
  const scene = new Scene();
  scene.ask("a");
  scene.pass(LASTS / 2);
  scene.answer(said("late"));
  scene.pass(LASTS / 2);
  scene.ask("b");
  scene.pass(LASTS);
  scene.answer(said("too late"));
  assertEquals(scene.changes, ['a "late"', "a over", 'b {"unanswered":"the answer came too late"}']);
});

Deno.test("questions: what fails says so, and again may be asked later and later, until there is an answer", () => {
  const scene = new Scene();
  const pauses = [REFUSED, REFUSED, LOST, said("yes"), LOST].map((answer) => {
    scene.ask("a");
    scene.answer(answer);
    let ms = 0;
    for (; scene.store.get(Oracle, "a"); ms += 50) scene.pass(50);
    return ms;
  });
  assertEquals(pauses, [5_000, 10_000, 200, LASTS, 50]);
  assertEquals(
    scene.changes.filter((change) => change !== "a over"),
    [
      ...Array(2).fill('a {"unanswered":"403 go away"}'),
      'a {"unanswered":"no answer"}',
      'a "yes"',
      'a {"unanswered":"no answer"}',
    ],
  );
});

Deno.test("questions: an API server that asks for a pause gets it", () => {
  const scene = new Scene();
  scene.ask("a");
  scene.answer({ outcome: "throttled", status: 429, reason: "", message: "busy", retryAfterMs: 7_000 });
  scene.pass(6_999);
  assertEquals(scene.store.get(Oracle, "a")?.status, { unanswered: "429 busy" });
  scene.pass(1);
  assertEquals(scene.store.get(Oracle, "a"), undefined);
});

Deno.test(`questions: never more than ${MOST} at a time; who comes then has its turn in order`, () => {
  const scene = new Scene();
  for (let i = 0; i < MOST + 2; i++) scene.ask(`${i}`);
  assertEquals([scene.sent.length, scene.questions.underWay], [MOST, MOST]);
  scene.answer(said("yes"));
  assertEquals(scene.sent.length, MOST - 1);
  scene.pass(LASTS);
  assertEquals(scene.sent.at(-1), `${MOST}`);
});

Deno.test("questions: whatever a wait names is asked, its answer ends the wait, and so does the end of the answer", () => {
  const seen: unknown[] = [];
  const handler = (
    _: Vpc,
    view: { get(kind: typeof Oracle, key: string): { status: unknown } | undefined },
  ) => {
    seen.push(view.get(Oracle, "a")?.status);
    return wait({ reason: "Asking", message: "" }, [[Oracle, "a"]], { quiet: true });
  };
  const lab = toy({
    tables: [controller("vpc", [on(Vpc, handler as never, { asks: [Oracle] })])],
    intercept: (request) => isQuestion(request) ? said("no") : undefined,
  });
  lab.create(Vpc, { metadata: { name: "v" } });
  lab.settle({ ms: 2 * LASTS });
  const turns = seen.filter((each, i) => i === 0 || each !== seen[i - 1]);
  assertEquals(turns, [undefined, "no", undefined, "no", undefined, "no"]);
  assertEquals([lab.engine.idle, lab.writes()], [true, []]);
});
