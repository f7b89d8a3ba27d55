/** Handlers are functions: the same object and view give the same plan, asked twice, and in whatever order the view was filled. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { tables } from "../controllers/mod.ts";
import { type Key, keyOf, type Obj } from "../reconcile/kind.ts";
import type { View } from "../reconcile/view.ts";
import { kindOf, worldOf } from "./world.ts";
import { worlds } from "./worlds.ts";

const rows = tables.flatMap((table) => table.rows);
const handlers = new Map(
  rows.flatMap((row) => row.row === "on" ? [[row.watch.kind, row.handler] as const] : []),
);
const subjectsOf = (objects: readonly Obj[]) => objects.filter(({ kind }) => handlers.has(kind));

/** A plan as plain data: functions are called, or left out where they want an answer of the API server. */
function plain(value: unknown): unknown {
  if (typeof value === "function") return value.length === 0 ? plain(value()) : "(live)";
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** What every handler says in this world, by object; and whom each change would wake. */
function everything(objects: readonly Obj[], view: View): Map<Key, unknown> {
  const said = new Map<Key, unknown>();
  for (const subject of subjectsOf(objects)) {
    const name = `${subject.kind} ${keyOf(subject)}`;
    said.set(name, plain(handlers.get(subject.kind)!(subject, view)));
  }
  for (const row of rows) {
    if (row.row !== "wake") continue;
    for (const changed of objects.filter(({ kind }) => kind === row.watch.kind)) {
      const woken = new Set([...row.keys(changed, view)].filter((key) => key !== undefined));
      said.set(`${row.target.kind} by ${changed.kind} ${keyOf(changed)}`, [...woken].sort());
    }
  }
  return new Map([...said].sort(([a], [b]) => a < b ? -1 : 1));
}

for (const [name, objects] of worlds) {
  Deno.test(`purity: ${name}: asked twice, every handler says the same`, () => {
    const { view } = worldOf(objects);
    assertEquals(everything(objects, view), everything(objects, view));
  });

  Deno.test(`purity: ${name}: the order in which objects came makes no difference`, () => {
    const once = everything(objects, worldOf(objects).view);
    const order = fc.shuffledSubarray([...objects], { minLength: objects.length });
    fc.assert(
      fc.property(order, (shuffled) => {
        assertEquals(everything(objects, worldOf(shuffled).view), once);
      }),
      { numRuns: 30 },
    );
  });

  Deno.test(`purity: ${name}: objects that came and went leave nothing behind`, () => {
    const once = everything(objects, worldOf(objects).view);
    for (const gone of objects) {
      const { store, view } = worldOf(objects);
      const kind = kindOf(gone);
      store.observeGone(kind, gone);
      store.observe(kind, gone);
      if (kind.kind === "Subnet") store.establish(kind, gone);
      assertEquals(everything(objects, view), once);
    }
  });
}
