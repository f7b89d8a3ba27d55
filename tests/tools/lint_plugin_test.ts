import { assertEquals } from "@std/assert";
import plugin from "../../tools/lint_plugin.ts";

/** The rules that a source breaks in that place, and where. */
function broken(path: string, source: string): readonly string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .map(({ id, range: [from, to] }) => `${id.slice("cadastre/".length)}: ${source.slice(from, to)}`);
}

const impure: readonly (readonly [source: string, refused: string])[] = [
  ["const now = Date.now();", "Date"],
  ["const now = new Date();", "Date"],
  ["const { now } = Date;", "Date"],
  ["const chance = Math.random();", "Math.random"],
  ["const answer = fetch(url);", "fetch"],
  ["const get = fetch;", "fetch"],
  ["const x = { fetch };", "fetch"],
  ["const x = globalThis.fetch;", "globalThis"],
  [`const x = Deno["readTextFileSync"](path);`, "Deno"],
  ["setTimeout(f, 1);", "setTimeout"],
  ["queueMicrotask(f);", "queueMicrotask"],
  ["const t = performance.now();", "performance"],
  ["const uid = crypto.randomUUID();", "crypto"],
  ["const uid = process.env.X;", "process"],
  ["console.log(1);", "console"],
  ["await f();", "await f()"],
  ["async function f() {}", "async function f() {}"],
  ["const f = async () => 1;", "async () => 1"],
  ["for await (const x of xs) f(x);", "for await (const x of xs) f(x);"],
  [`const m = import("./m.ts");`, `import("./m.ts")`],
  ["eval(text);", "eval(text)"],
  ["const f = new Function(text);", "new Function(text)"],
];

for (const [source, refused] of impure) {
  Deno.test(`lint: what decides may not: ${source}`, () => {
    for (const path of ["controllers/x.ts", "crds/x.ts", "ipam/x.ts", "reconcile/apply/x.ts"]) {
      assertEquals(broken(path, source).filter((b) => b.startsWith("pure-core")), [`pure-core: ${refused}`]);
    }
  });
}

const pure: readonly string[] = [
  "const spec = { Date: 1, fetch: 2 };",
  "const x = spec.fetch;",
  "interface Env { setTimeout(f: () => void): void; readonly performance: number }",
  "class Clock { now() { return this.Date; } }",
  "const m = Math.max(1, 2);",
  "function* steps() { yield 1; }",
  "for (const x of xs) f(x);",
  `import { createHash } from "node:crypto";`,
];

for (const source of pure) {
  Deno.test(`lint: what decides may: ${source}`, () => assertEquals(broken("controllers/x.ts", source), []));
}

const ambient: readonly (readonly [source: string, refused: string])[] = [
  ["const now = Date.now();", "Date.now"],
  ["const now = new Date();", "new Date()"],
  ["const chance = Math.random();", "Math.random"],
  ["const t = performance.now();", "performance.now"],
  ["const uid = crypto.randomUUID();", "crypto.randomUUID"],
  ["setTimeout(f, 1);", "setTimeout"],
  ["const later = setInterval;", "setInterval"],
  ["eval(text);", "eval(text)"],
  ["const f = new Function(text);", "new Function(text)"],
];

for (const [source, refused] of ambient) {
  Deno.test(`lint: time and chance are handed in: ${source}`, () => {
    for (const path of ["kube/x.ts", "web/x.ts", "runtime/x.ts", "sandbox/x.ts"]) {
      assertEquals(broken(path, source), [`injected-world: ${refused}`]);
    }
    for (const path of ["main.ts", "kube/env.ts", "cli/x.ts", "tests/x.ts", "tools/x.ts", "bench/x.ts"]) {
      assertEquals(broken(path, source), []);
    }
  });
}

Deno.test("lint: elsewhere one may wait, ask, and read a time that was given", () => {
  assertEquals(broken("kube/x.ts", "const at = new Date(text); await fetch(url); console.log(at);"), []);
});

Deno.test("lint: a top-level arrow function is one expression", () => {
  const refused = "top-level-function: () => { return 1; }";
  assertEquals(broken("kube/x.ts", "const f = () => { return 1; };"), [refused]);
  assertEquals(broken("kube/x.ts", "export const f = () => { return 1; };"), [refused]);
  assertEquals(broken("kube/x.ts", "export const f = (a: number) => a + 1;"), []);
  assertEquals(broken("kube/x.ts", "function f() { const g = () => { return 1; }; return g; }"), []);
  assertEquals(broken("tests/x.ts", "const f = () => { return 1; };"), []);
});

Deno.test("lint: a path is judged from the repository's root, wherever that is", () => {
  const root = new URL("../../", import.meta.url).pathname;
  assertEquals(broken(`${root}controllers/x.ts`, "await f();"), ["pure-core: await f()"]);
  assertEquals(broken(`${root}kube/x.ts`, "await f();"), []);
});
