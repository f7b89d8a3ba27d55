/**
 * No read without a watch: whatever a handler looked at before it came to rest must be able to wake it.
 *
 * Who changes its own object's cluster in this very plan is not at rest: its writes, or their failure, wake it again.
 */
import { assertEquals } from "@std/assert";
import { tables } from "../controllers/mod.ts";
import { kinds } from "../crds/mod.ts";
import { relations } from "../crds/relations.ts";
import { rules } from "../crds/rules.ts";
import { diff } from "../reconcile/diff.ts";
import type { Kind, Obj } from "../reconcile/kind.ts";
import type { Plan } from "../reconcile/plan.ts";
import type { On } from "../reconcile/table.ts";
import { kindOf, worldOf } from "./world.ts";
import { worlds } from "./worlds.ts";

const rows = tables.flatMap((table) => table.rows);
const handlers = new Map(rows.flatMap((row) => row.row === "on" ? [[row.watch.kind, row] as const] : []));

/** Reads that nothing needs to wake, and why. */
const EXCUSED = new Map([
  ["Subnet reads Pod", "of the ledger it counts claims only, not who publishes an address"],
  ["Subnet reads Node", "of the ledger it counts claims only, not who publishes an address"],
  ["IP reads IP", "the only other record that its addresses may meet is in the ledger, by its Subnet"],
]);

/** What makes a Subnet usable or not it says in its own status: whoever is woken by every Subnet learns of it there. */
const messengers: readonly string[] = ["Subnet"];

function isWoken(target: string, by: string, plan?: Plan): boolean {
  const parent = relations.some(({ child, parent }) => child.kind === by && parent.kind === target);
  const child = relations.some(({ child, parent }) => parent.kind === by && child.kind === target);
  const row = rows.some((r) => r.row === "wake" && r.target.kind === target && r.watch.kind === by);
  const waited = plan?.verdict === "wait" && plan.until.some(([kind]) => kind.kind === by);
  return parent || child || row || waited || EXCUSED.has(`${target} reads ${by}`);
}

function isCovered(target: string, by: string, plan: Plan): boolean {
  return isWoken(target, by, plan) ||
    messengers.some((m) => m !== target && isWoken(target, m, plan) && isWoken(m, by));
}

/** The kinds that a handler at rest looked at in one world; none when it is not at rest. */
function readsAtRest(
  objects: readonly Obj[],
  subject: Obj,
): { plan: Plan; reads: ReadonlySet<string> } | undefined {
  const reads = new Set<string>(), onRead = (kind: Kind) => void reads.add(kind.kind);
  const { store, view } = worldOf(objects, { onRead });
  const row = handlers.get(subject.kind) as On, kind = kindOf(subject);
  const plan = row.handler(subject, view);
  const writes = diff({ kind, object: subject, row }, plan, { rules, store, countersDue: false });
  const atRest = plan.verdict === "wait" || writes.every(({ phase }) => phase === "report");
  return atRest ? { plan, reads } : undefined;
}

for (const [name, objects] of worlds) {
  Deno.test(`edges: ${name}: whatever a handler at rest has read can wake it`, () => {
    const missing = new Set<string>();
    for (const subject of objects.filter(({ kind }) => handlers.has(kind))) {
      const { plan, reads = new Set<string>() } = readsAtRest(objects, subject) ?? {};
      for (const kind of reads) {
        if (plan && !isCovered(subject.kind, kind, plan)) missing.add(`${subject.kind} reads ${kind}`);
      }
    }
    assertEquals([...missing], []);
  });
}

Deno.test("edges: the worlds bring every handler to rest at least once", () => {
  const rested = new Set(
    [...worlds.values()].flatMap((objects) =>
      objects.filter((o) => handlers.has(o.kind) && readsAtRest(objects, o)).map(({ kind }) => kind)
    ),
  );
  assertEquals([...rested].sort(), [...handlers.keys()].sort());
});

Deno.test("edges: every kind that a row names is watched", () => {
  const watched = new Set(kinds.map(({ kind }) => kind));
  const named = rows.flatMap((row) =>
    row.row === "on" ? [row.watch.kind] : [row.watch.kind, row.target.kind]
  );
  assertEquals(named.filter((kind) => !watched.has(kind)), []);
});
