import { assertEquals } from "@std/assert";
import type { Answer, Client, Request } from "../../kube/api.ts";
import type { Outcome } from "../../reconcile/apply/commit.ts";
import type { Steps } from "../../reconcile/apply/steps.ts";
import { Namespace } from "../../crds/foreign.ts";
import { drive } from "../../runtime/drive.ts";

const get = (key: string): Request => ({ verb: "get", resource: Namespace, key });
const create: Request = { verb: "create", resource: Namespace, body: {}, manager: "m" };
const THROUGH: Outcome = { stop: undefined, phase: undefined };

function client(send: (request: Request) => Promise<Answer>): Client {
  return {
    send,
    watch: () => {
      throw new Error("not watched here");
    },
  };
}
const ok = (message = ""): Answer => ({ outcome: "ok", status: 200, reason: "", message });

function run(steps: Steps<Outcome>, { client, leads = true }: { client: Client; leads?: boolean }) {
  return new Promise<Outcome>((resolve) =>
    drive({ client, isLeading: () => leads, ended: () => {} })(steps, resolve)
  );
}

Deno.test("drive sends together what is yielded together, and answers in the same order", async () => {
  const open = new Map<string, (answer: Answer) => void>();
  function* steps(): Steps<Outcome> {
    const answers = yield [get("a"), get("b")];
    assertEquals(answers.map((a) => a.message), ["about a", "about b"]);
    return THROUGH;
  }
  const send = (request: Request) =>
    new Promise<Answer>((resolve) => {
      open.set((request as { key: string }).key, resolve);
      if (open.size < 2) return;
      open.get("b")!(ok("about b"));
      open.get("a")!(ok("about a"));
    });
  assertEquals(await run(steps(), { client: client(send) }), THROUGH);
});

Deno.test("drive sends no write without the lead, and says that it did not happen; it goes on reading", async () => {
  const sent: string[] = [];
  function* steps(): Steps<Outcome> {
    const [read] = yield [get("a")];
    const [write] = yield [create];
    assertEquals([read!.outcome, write!.outcome, write!.reason], ["ok", "transient", "NotLeading"]);
    return THROUGH;
  }
  const send = (request: Request) => (sent.push(request.verb), Promise.resolve(ok()));
  await run(steps(), { client: client(send), leads: false });
  assertEquals(sent, ["get"]);
});

Deno.test("drive asks before every write: who loses the lead between two of them sends the first only", async () => {
  const answered: string[] = [];
  let leads = true;
  function* steps(): Steps<Outcome> {
    for (const _ of [1, 2]) answered.push((yield [create])[0]!.outcome);
    return THROUGH;
  }
  const send = () => {
    leads = false;
    return Promise.resolve(ok());
  };
  await new Promise((resolve) =>
    drive({ client: client(send), isLeading: () => leads, ended: () => {} })(steps(), resolve)
  );
  assertEquals(answered, ["ok", "transient"]);
});

Deno.test("drive tells the engine how a commit ended before it asks for more work", async () => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    const ended = () => {
      order.push("ended");
      resolve();
    };
    // deno-lint-ignore require-yield -- a commit without requests
    const steps = function* (): Steps<Outcome> {
      return THROUGH;
    };
    drive({ client: client(() => Promise.reject()), isLeading: () => true, ended })(
      steps(),
      () => order.push("done"),
    );
  });
  assertEquals(order, ["done", "ended"]);
});
