import { assertEquals, assertThrows } from "@std/assert";
import type { Obj } from "../../kube/resource.ts";
import { kind } from "../../reconcile/kind.ts";
import { from, project } from "../../reconcile/projection.ts";
import { belongsTo } from "../../reconcile/relation.ts";
import { Store } from "../../reconcile/store.ts";

interface Book extends Obj {
  readonly spec: { readonly shelf: string };
}
const Book = kind<Book>("v1", "Book", "books");
const Shelf = kind<Obj>("v1", "Shelf", "shelves");
const onShelf = belongsTo(Book, Shelf, (b) => b.spec.shelf, { onDelete: "restrict" });
const count = project("count", () => ({ books: 0 }), [
  from(Book, { by: (b) => [b.spec.shelf], add: (s) => s.books++, remove: (s) => s.books-- }),
]);

function book(
  name: string,
  { shelf = "a", version = "1", uid = `uid-${name}`, finalizers = [] as string[] } = {},
): Book {
  const metadata = { name, uid, resourceVersion: version, generation: 1, finalizers };
  return { apiVersion: "v1", kind: "Book", metadata, spec: { shelf } };
}

function library(): Store {
  return new Store({ relations: [onShelf], projections: [count], finalizers: ["f"], census: [Book] });
}

Deno.test("what we are about to create counts at once, and is taken back when it did not happen", () => {
  const store = library();
  store.assume(Book, book("x", { uid: "", version: "" }));
  assertEquals(store.projection(count, "a").books, 1);
  store.forgetAssumed(Book, "x");
  assertEquals(store.projection(count, "a").books, 0);
});

Deno.test("an answer is in the view until the watch has caught up with it", () => {
  const store = library();
  store.acknowledge(Book, book("x", { shelf: "b", version: "9" }));
  store.observe(Book, book("x", { shelf: "a", version: "8" }));
  assertEquals((store.get(Book, "x") as Book).spec.shelf, "b");
  store.observe(Book, book("x", { shelf: "c", version: "10" }));
  assertEquals((store.get(Book, "x") as Book).spec.shelf, "c");
});

Deno.test("resource versions are compared by length first, never as numbers", () => {
  const store = library();
  store.acknowledge(Book, book("x", { shelf: "new", version: "9007199254740993" }));
  store.observe(Book, book("x", { shelf: "old", version: "9007199254740992" }));
  assertEquals((store.get(Book, "x") as Book).spec.shelf, "new");
});

Deno.test("a live read that finds nothing hides the cached object until the watch says so too", () => {
  const store = library();
  store.observe(Book, book("x"));
  store.acknowledgeGone(Book, "x", store.get(Book, "x")?.metadata.uid);
  assertEquals(store.get(Book, "x"), undefined);
  store.observe(Book, book("x", { version: "2" }));
  assertEquals(store.get(Book, "x"), undefined);
  store.observeGone(Book, book("x", { version: "3" }));
  store.observe(Book, book("x", { uid: "another", version: "4" }));
  assertEquals(store.get(Book, "x")?.metadata.uid, "another");
});

Deno.test("a live read that found nothing does not hide what was created after it", () => {
  const store = library();
  store.observe(Book, book("x", { uid: "created meanwhile" }));
  store.acknowledgeGone(Book, "x", undefined);
  store.acknowledgeGone(Book, "x", "another one before");
  assertEquals(store.get(Book, "x")?.metadata.uid, "created meanwhile");
});

Deno.test("an answer that comes after the watch showed the deletion brings nothing back", () => {
  const store = library(), read = book("x");
  store.observe(Book, read);
  store.observeGone(Book, book("x", { version: "2" }));
  store.acknowledge(Book, read);
  assertEquals(store.get(Book, "x"), undefined);
});

Deno.test("the deletion of an earlier object does not take a later one of its name", () => {
  const store = library();
  store.observe(Book, book("x", { uid: "second", version: "5" }));
  store.observeGone(Book, book("x", { uid: "first", version: "6" }));
  assertEquals(store.get(Book, "x")?.metadata.uid, "second");
});

Deno.test("a list takes away what it does not have, but not what we created after it was made", () => {
  const store = library();
  store.observe(Book, book("seen"));
  store.acknowledge(Book, book("ours", { version: "20" }));
  store.acknowledge(Book, book("gone-before-the-list", { version: "3" }));
  store.replace(Book, [], "10");
  assertEquals([...store.values(Book)].map((o) => o.metadata.name), ["ours"]);
});

Deno.test("an answer that comes after a list without its object brings nothing back: it came and went before", () => {
  const store = library();
  store.replace(Book, [], "5");
  store.acknowledge(Book, book("x", { version: "4" }));
  assertEquals(store.get(Book, "x"), undefined);
  store.acknowledge(Book, book("y", { version: "6" }));
  assertEquals(store.get(Book, "y")?.metadata.uid, "uid-y");
});

Deno.test("children are found by parent, also after they moved", () => {
  const store = library();
  store.observe(Book, book("x"));
  store.observe(Book, book("x", { shelf: "b", version: "2" }));
  assertEquals(store.referrers(Book, Shelf, "a").length, 0);
  assertEquals(store.referrers(Book, Shelf, "b").length, 1);
  assertThrows(() => store.referrers(Shelf, Book, "a"), Error, "no relation says");
});

Deno.test("an object is established by a census of its generation, and by being there at the start", () => {
  const store = library(), held = book("x", { finalizers: ["f"] });
  store.begin();
  store.observe(Book, held);
  assertEquals(store.isEstablished(Book, held), false);
  store.establish(Book, held);
  assertEquals(store.isEstablished(Book, held), true);
  const edited = { ...held, metadata: { ...held.metadata, generation: 2, resourceVersion: "2" } };
  store.observe(Book, edited);
  assertEquals(store.isEstablished(Book, edited), false);
  store.reopen([Book]);
  store.begin();
  assertEquals(store.isEstablished(Book, edited), true);
  assertEquals(store.isInherited(edited), true);
});

Deno.test("an object that cannot be taken in harms nobody: what was known of it stays, and it is reported", () => {
  const failing = project("failing", () => [] as string[], [
    from(Book, {
      by: () => ["all"],
      add: (all, { metadata, spec }) => {
        all.push(metadata.name);
        all.push(spec.shelf.toUpperCase());
      },
      remove: (all, { metadata, spec }) => {
        all.splice(all.indexOf(metadata.name), 1);
        all.splice(all.indexOf(spec.shelf.toUpperCase()), 1);
      },
    }),
  ]);
  const store = new Store({
    relations: [onShelf],
    projections: [count, failing],
    finalizers: [],
    census: [],
  });
  const reported: string[] = [];
  store.onUnreadable = (kind, object) => reported.push(`${kind.kind} ${object.metadata.name}`);
  const odd = (name: string, version: string) =>
    ({ ...book(name, { version }), spec: { shelf: 7 } }) as never;
  store.observe(Book, book("x"));
  store.observe(Book, odd("x", "2"));
  store.observe(Book, odd("y", "1"));
  assertEquals(reported, ["Book x", "Book y"]);
  assertEquals([(store.get(Book, "x") as Book).spec.shelf, store.get(Book, "y")], ["a", undefined]);
  assertEquals([store.projection(count, "a").books, store.projection(failing, "all").sort()], [1, [
    "A",
    "x",
  ]]);
  store.observe(Book, book("x", { shelf: "b", version: "3" }));
  store.observe(Book, book("y"));
  assertEquals([store.projection(count, "a").books, store.projection(count, "b").books], [1, 1]);
  assertEquals(store.projection(failing, "all").sort(), ["A", "B", "x", "y"]);
});

Deno.test("what a change leaves behind ends when its time is over", () => {
  const marks = project("marks", () => new Set<string>(), [
    from(Book, {
      by: (b) => [b.spec.shelf],
      add: () => {},
      remove: () => {},
      linger: {
        ms: 60,
        when: (_before, after) => after === undefined,
        begin: (set, { metadata }) => set.add(metadata.name),
        end: (set, { metadata }) => set.delete(metadata.name),
      },
    }),
  ]);
  const store = new Store({ relations: [], projections: [marks], finalizers: [], census: [] });
  const timers: [number, () => void][] = [];
  store.onLinger = (ms, end) => timers.push([ms, end]);
  store.observe(Book, book("x"));
  store.observe(Book, book("x", { version: "2" }));
  assertEquals(timers.length, 0);
  store.observeGone(Book, book("x", { version: "3" }));
  assertEquals([[...store.projection(marks, "a")], timers[0]![0]], [["x"], 60]);
  timers[0]![1]();
  assertEquals([...store.projection(marks, "a")], []);
});

Deno.test("a long list is taken in in small parts, and what is missing in it goes after all that is there", () => {
  const store = library(), seen: string[] = [];
  store.observe(Book, book("gone"));
  store.onChange = (_kind, before, after) =>
    seen.push(`${before ? "-" : "+"}${(after ?? before)!.metadata.name}`);
  const books = Array.from({ length: 2_000 }, (_, i) => book(`b${i}`));
  for (const part of store.replacing(Book, books, "7")) {
    const before = seen.length;
    part();
    assertEquals(seen.length - before <= 1, true);
  }
  assertEquals([seen.length, seen[0], seen.at(-1)], [2_001, "+b0", "-gone"]);
});
