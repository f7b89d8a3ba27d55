import { assert, assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { itself, type Need } from "../../reconcile/plan.ts";
import { Queue } from "../../reconcile/queue.ts";
import { Waits } from "../../reconcile/waits.ts";

const key = (name: string) => ({ kind: Pod, key: name });
const SUBNET = { kind: Subnet, key: "s" };
const BORN: Record<string, string> = { young: "3", old: "1", second: "2", third: "2" };

/** Who had a turn, in this order. */
function turnsOf(waits: Waits): string[] {
  const turns: string[] = [];
  for (let item = waits.turn(); item; item = waits.turn()) turns.push(item.key);
  return turns;
}
function waitsOf(names: readonly string[], need?: (name: string) => Need): Waits {
  const waits = new Waits(() => true);
  for (const name of names) {
    waits.add({ item: key(name), born: BORN[name]! }, [need ? [Subnet, "s", need(name)] : [Subnet, "s"], [
      Pod,
      name,
    ]]);
  }
  return waits;
}

Deno.test("a wait is ended once, that of the oldest first, and of one second in the order in which keys came", () => {
  const waits = waitsOf(["young", "second", "third", "old"], (name) => ({ name, met: () => false }));
  const end = () => [...waits.end(SUBNET)].map((i) => i.key);
  assertEquals(end(), ["old", "second", "third", "young"]);
  assertEquals(end(), []);
});

Deno.test("what is given back wakes as many of the oldest as need it, and nobody twice", () => {
  let free = 0;
  const waits = waitsOf(["young", "second", "third", "old"], () => ({ name: "4", met: () => free > 0 }));
  const serve = () => {
    const served: string[] = [];
    waits.call(SUBNET);
    for (let item = waits.turn(); item; item = waits.turn()) {
      served.push(item.key);
      free--;
    }
    return served;
  };
  assertEquals(serve(), []);
  free = 1;
  assertEquals(serve(), ["old"]);
  free = 2;
  assertEquals(serve(), ["second", "third"]);
  assertEquals(waits.hasTurns, false);
});

Deno.test("whoever does not take what he needs is followed by the next, and has one turn however often he comes again", () => {
  const waits = waitsOf(["young", "old"], () => ({ name: "4", met: () => true })), turns: string[] = [];
  waits.call(SUBNET);
  for (let item = waits.turn(); item; item = waits.turn()) {
    turns.push(item.key);
    waits.add({ item, born: BORN[item.key]! }, [[Subnet, "s", { name: "4", met: () => true }]]);
  }
  assertEquals(turns, ["old", "young"]);
  waits.call(SUBNET);
  assertEquals(turnsOf(waits), ["old", "young"]);
});

Deno.test("those who need different things, or any news, have their turns by age", () => {
  const need = (name: string) => ({ name, met: () => name !== "third" });
  const waits = waitsOf(["young", "third", "old"], need);
  waits.add({ item: key("second"), born: "2" }, [[Subnet, "s"]]);
  waits.call(SUBNET);
  assertEquals(turnsOf(waits), ["old", "second", "young"]);
  assertEquals([...waits.end(SUBNET)].map((i) => i.key), ["third"]);
});

Deno.test("whoever is created again waits by his own age, not by that of the one before", () => {
  const waits = waitsOf(["old", "second"], () => ({ name: "4", met: () => true }));
  waits.call(SUBNET);
  waits.add({ item: key("old"), born: "9" }, [[Subnet, "s", { name: "4", met: () => true }]]);
  assertEquals(turnsOf(waits), ["second"]);
  waits.call(SUBNET);
  assertEquals(turnsOf(waits), ["old"]);
});

Deno.test("the turns of those who wait for one object hold up neither those of another one nor what is queued", () => {
  const waits = new Waits(() => true), queue = new Queue(() => waits.turn());
  for (const [name, on] of [["a", "s"], ["b", "s"], ["c", "t"]] as const) {
    waits.add({ item: key(name), born: "1" }, [[Subnet, on]]);
  }
  waits.call(SUBNET);
  waits.call({ kind: Subnet, key: "t" });
  queue.add(key("now"), "live");
  queue.sweep([key("any")].values());
  assertEquals(Array.from({ length: 6 }, () => queue.take()?.key), ["a", "now", "c", "any", "b", undefined]);
  assertEquals([queue.isEmpty, waits.hasTurns], [true, false]);
});

Deno.test("whoever is gone does not wait for ever", () => {
  let last = 0;
  const waits = new Waits(({ key }) => Number(key) > last - 10);
  while (++last <= 10_000) waits.add({ item: key(String(last)), born: "1" }, [[Subnet, "s", itself]]);
  const left = [...waits.end(SUBNET)].length;
  assert(left >= 10 && left <= 200, `${left} wait`);
});
