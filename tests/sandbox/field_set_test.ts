import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  difference,
  equalSets,
  type FieldSet,
  intersection,
  isMember,
  members,
  union,
} from "../../sandbox/fields/field_set.ts";

/** A naive model: a set of paths, each a list of steps. */
type Paths = ReadonlySet<string>;

const SEPARATOR = "/";
const step = fc.constantFrom("f:a", "f:b", 'k:{"x":1}', 'v:"z"');
const paths = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  .map((list): Paths => new Set(list.map((path) => path.join(SEPARATOR))));

/** The same set in the form under test. */
function setOf(paths: Paths): FieldSet {
  const root: Record<string, Json> = {};
  for (const path of paths) {
    let node = root;
    for (const step of path.split(SEPARATOR)) node = node[step] ??= {};
    node.$member = true;
  }
  return Object.fromEntries(Object.entries(root).map(([step, node]) => [step, nodeOf(node)]));
}

// deno-lint-ignore no-explicit-any -- a tree of itself
type Json = any;

function nodeOf({ $member, ...below }: Json): FieldSet {
  const rest = Object.fromEntries(Object.entries(below).map(([step, node]) => [step, nodeOf(node)]));
  return $member && Object.keys(rest).length > 0 ? { ".": {}, ...rest } : rest;
}

function pathsOf(set: FieldSet): Paths {
  return new Set([...members(set)].map((path) => path.join(SEPARATOR)));
}

Deno.test("field sets are read back as they were written", () => {
  fc.assert(fc.property(paths, (all) => assertEquals(pathsOf(setOf(all)), new Set(all))));
});

Deno.test("union, difference and intersection of field sets are those of sets of paths", () => {
  fc.assert(fc.property(paths, paths, (a, b) => {
    const [left, right] = [setOf(a), setOf(b)];
    assertEquals(pathsOf(union(left, right)), a.union(b));
    assertEquals(pathsOf(difference(left, right)), a.difference(b));
    assertEquals(pathsOf(intersection(left, right)), a.intersection(b));
  }));
});

Deno.test("equalSets() looks at members alone", () => {
  fc.assert(fc.property(paths, paths, (a, b) => {
    const isSame = a.size === b.size && a.isSubsetOf(b);
    assertEquals(equalSets(setOf(a), setOf(b)), isSame);
  }));
});

Deno.test("operations leave their operands alone", () => {
  fc.assert(fc.property(paths, paths, (a, b) => {
    const [left, right] = [setOf(a), setOf(b)];
    const before = JSON.stringify([left, right]);
    union(left, right), difference(left, right), intersection(left, right);
    assertEquals(JSON.stringify([left, right]), before);
  }));
});

Deno.test("a step is a member when nothing is below it, or when it says so", () => {
  assertEquals([isMember({}), isMember({ ".": {}, "f:a": {} }), isMember({ "f:a": {} })], [
    true,
    true,
    false,
  ]);
});
