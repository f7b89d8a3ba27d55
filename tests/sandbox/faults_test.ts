import { assertEquals } from "@std/assert";
import type { Request } from "../../kube/api.ts";
import { classify } from "../../kube/outcome.ts";
import { answer, draw, type Fault } from "../../sandbox/faults.ts";
import type { ApiServer } from "../../sandbox/server.ts";
import { Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

function create(name: string): Request {
  return { verb: "create", resource: Subnet, body: { metadata: { name } }, manager: "u" };
}

function names(server: ApiServer): string[] {
  return [...server.entriesOf(Subnet).keys()].sort();
}

const LIST: Request = { verb: "list", resource: Subnet };

function under(server: ApiServer, request: Request, fault?: Fault) {
  return classify(request, answer(server, request, fault));
}

Deno.test("faults: lost before, and lost after the write", () => {
  const server = sandbox();
  assertEquals(under(server, create("a"), { fault: "lost" }).outcome, "unknown");
  assertEquals(under(server, create("b"), { fault: "unanswered" }).outcome, "unknown");
  assertEquals(names(server), ["b"]);
});

Deno.test("faults: refusals of every kind, without a trace", () => {
  const server = sandbox();
  const outcomes = ([409, 429, 500, 503] as const).map((status) =>
    under(server, create("a"), { fault: "refused", status, retryAfter: 2 }).outcome
  );
  assertEquals([outcomes, names(server)], [["conflict", "throttled", "transient", "transient"], []]);
  assertEquals(
    under(server, create("a"), { fault: "refused", status: 429, retryAfter: 2 }).retryAfterMs,
    2000,
  );
});

Deno.test("faults: a stale read shows the state of then", () => {
  const server = sandbox();
  server.execute(create("a"));
  const rv = server.store.version;
  server.execute({ verb: "merge", resource: Subnet, key: "a", body: { spec: { mtu: 1 } }, manager: "u" });
  server.execute(create("b"));
  server.execute({ verb: "delete", resource: Subnet, key: "a" });
  const { items, resourceVersion } = under(server, LIST, { fault: "stale", rv });
  assertEquals([items?.map(({ metadata, spec }) => [metadata.name, spec]), resourceVersion], [
    [["a", {}]],
    String(rv),
  ]);
  const get = (key: string) =>
    under(server, { verb: "get", resource: Subnet, key }, { fault: "stale", rv }).outcome;
  assertEquals([get("a"), get("b")], ["ok", "gone"]);
});

Deno.test("faults: a list with nothing in it", () => {
  const server = sandbox();
  server.execute(create("a"));
  assertEquals([under(server, LIST, { fault: "empty" }).items, under(server, LIST).items?.length], [[], 1]);
});

Deno.test("faults: draw() follows its numbers, and fits the verb", () => {
  const all = { lost: 1, unanswered: 1, refused: 1, stale: 1, empty: 1 };
  const at = (rates: Partial<typeof all>, request: Request, number: number) =>
    draw(rates, request, { random: () => number, version: 8 });
  assertEquals(at({}, LIST, 0), undefined);
  assertEquals(at(all, LIST, 0), { fault: "lost" });
  assertEquals(at({ ...all, lost: 0.5 }, LIST, 0.5), { fault: "unanswered" });
  assertEquals(at({ stale: 1 }, LIST, 0.5), { fault: "stale", rv: 4 });
  assertEquals(at({ stale: 1, empty: 1 }, create("a"), 0), undefined);
  assertEquals(at({ refused: 1 }, create("a"), 0.99)?.fault, "refused");
});
