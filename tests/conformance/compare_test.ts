/** The comparison itself, on two sandboxes: it must find a lie, and only a lie. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Answer, Client, Json, Request, WatchLine } from "../../kube/api.ts";
import { SandboxClient } from "../../sandbox/client.ts";
import { sandbox } from "../sandbox/sandbox.ts";
import { explore } from "./explore.ts";
import { generate } from "./generate.ts";
import { fill, Memory } from "./operation.ts";
import { shrink } from "./shrink.ts";
import { subnet } from "./subjects.ts";

/** A sandbox whose answers and watch lines are tampered with. */
function liar(
  { answer = (_, it) => it, line = (it) => it }: {
    answer?: (request: Request, it: Answer) => Answer;
    line?: (it: WatchLine) => WatchLine | undefined;
  },
): Client {
  const honest = new SandboxClient(sandbox());
  return {
    send: async (request) => answer(request, await honest.send(request)),
    async *watch(resource, options) {
      for await (const said of honest.watch(resource, options)) {
        const told = line(said);
        if (told) yield told;
      }
    },
  };
}

async function reports(real: Client): Promise<{ found: number; text: string }> {
  const lines: string[] = [];
  const pair = { sandbox: new SandboxClient(sandbox()), real };
  const found = await explore(pair, { operations: 800, seed: 1, log: (text) => lines.push(text) });
  return { found, text: lines.join("\n") };
}

Deno.test("two servers that behave alike show no difference, though their uids and versions differ", async () => {
  const other = new SandboxClient(sandbox());
  for (let i = 0; i < 7; i++) {
    const body = { apiVersion: "v1", kind: "Namespace", metadata: { name: `before-${i}` } };
    await other.send({
      verb: "create",
      resource: { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false },
      body,
      manager: "before",
    });
  }
  assertEquals(await reports(other), { found: 0, text: "" });
});

Deno.test("a wrong answer is found and shrunk to the operations it needs", async () => {
  const wrong = (request: Request, it: Answer): Answer =>
    request.verb === "delete" && it.status === 200 && request.resource.kind === "Subnet"
      ? { ...it, status: 202 }
      : it;
  const { found, text } = await reports(liar({ answer: wrong }));
  assert(found > 0);
  assertMatch(text, /\n +1\. (create|apply) Subnet .*\n +2\. delete Subnet .*\n +\/status\n.*200\n.*202/);
});

Deno.test("an answer that shows a write which did not happen is found", async () => {
  const wrong = (request: Request, it: Answer): Answer =>
    request.verb === "merge" && it.object
      ? { ...it, object: { ...it.object, metadata: { ...it.object.metadata, resourceVersion: "999999" } } }
      : it;
  const { found, text } = await reports(liar({ answer: wrong }));
  assert(found > 0);
  assertStringIncludes(text, "/object/metadata/resourceVersion");
});

Deno.test("an event that is missing is found", async () => {
  const lost = (line: WatchLine) =>
    line.type === "MODIFIED" && line.object.kind === "Subnet" && line.object.metadata.deletionTimestamp
      ? undefined
      : line;
  const { found, text } = await reports(liar({ line: lost }));
  assert(found > 0);
  assertStringIncludes(text, "the events of subnets");
});

Deno.test("shrinking leaves what is needed and nothing else", async () => {
  const history = generate(1, 40);
  const [a, b] = [history[11], history[29]];
  const shrunk = await shrink(
    history,
    (candidate) =>
      Promise.resolve(candidate.indexOf(a!) >= 0 && candidate.indexOf(b!) > candidate.indexOf(a!)),
  );
  assertEquals(shrunk, [a!, b!]);
});

Deno.test("blanks are filled with what this server said of the object, former lives included", () => {
  const memory = new Memory();
  const state = (uid: string, resourceVersion: string): Json => ({
    metadata: { name: "r-a", uid, resourceVersion },
  });
  for (const seen of [state("one", "3"), state("two", "5"), state("two", "8")]) {
    memory.remember("subnets", seen);
  }
  const request = fill({
    verb: "delete",
    resource: subnet.resource,
    key: "$run-a",
    uid: "$uid.former",
    resourceVersion: "$rv.stale",
  }, { run: "r", memory });
  assertEquals(request, {
    verb: "delete",
    resource: subnet.resource,
    key: "r-a",
    uid: "one",
    resourceVersion: "5",
  });
});
