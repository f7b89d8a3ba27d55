import { assertEquals } from "@std/assert";
import { age } from "../../sandbox/http/age.ts";
import { select } from "../../sandbox/http/json_path.ts";
import { tableOf } from "../../sandbox/http/table.ts";
import { Pod, Subnet } from "../conformance/world.ts";
import { sandbox } from "./sandbox.ts";

const NOW = "2026-01-10T00:00:00Z";

Deno.test("age() is short, in at most two units", () => {
  const ages = {
    "2026-01-10T00:00:00Z": "0s",
    "2026-01-09T23:58:01Z": "119s",
    "2026-01-09T23:57:58Z": "2m2s",
    "2026-01-09T23:50:00Z": "10m",
    "2026-01-09T20:30:00Z": "3h30m",
    "2026-01-09T21:00:00Z": "3h",
    "2026-01-09T14:00:00Z": "10h",
    "2026-01-07T12:00:00Z": "2d12h",
    "2025-12-01T00:00:00Z": "40d",
    "2023-01-10T00:00:00Z": "3y1d",
    "2010-01-10T00:00:00Z": "16y",
    "2027-01-01T00:00:00Z": "<invalid>",
    "nonsense": "<invalid>",
  };
  for (const [since, expected] of Object.entries(ages)) assertEquals(age(since, NOW), expected, since);
});

Deno.test("select() knows fields, indexes and filters, and gives up quietly", () => {
  const object = {
    a: { "b-c": [1, { d: 2 }] },
    conditions: [{ type: "X", status: "0" }, { type: "Ready", status: "1" }],
  };
  assertEquals(select(object, ".a.b-c[1].d"), 2);
  assertEquals(select(object, ".a['b-c'][0]"), 1);
  assertEquals(select(object, '.conditions[?(@.type=="Ready")].status'), "1");
  assertEquals(select(object, ".a.x.y"), undefined);
  assertEquals(select(object, "..a"), undefined);
});

Deno.test("tables have the columns of the definition, and computed ones for built-in kinds", () => {
  const server = sandbox();
  server.execute({
    verb: "create",
    resource: Subnet,
    body: { metadata: { name: "a" }, spec: { vpc: "v" } },
    manager: "u",
  });
  const table = tableOf(server.kindOf(Subnet), server.execute({ verb: "list", resource: Subnet }).body, {
    now: NOW,
  });
  const at = table.columnDefinitions.findIndex(({ name }: { name: string }) => name === "Vpc");
  assertEquals([table.rows[0].cells[0], table.rows[0].cells[at]], ["a", "v"]);

  const body = {
    metadata: { name: "p", namespace: "default" },
    spec: { containers: [{ name: "c", image: "i" }] },
  };
  const pod = server.execute({ verb: "create", resource: Pod, body, manager: "u" }).body;
  const [row] = tableOf(server.kindOf(Pod), pod, { now: NOW }).rows;
  assertEquals(row.cells, ["p", "0/1", "Pending", "0", "9d", "<none>", "<none>"]);
});
