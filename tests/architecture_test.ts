/** Who may import whom, how long a file may be, and where nothing but decisions are made. */
import { assertEquals } from "@std/assert";
import lint from "../tools/lint_plugin.ts";

const ROOT = new URL("..", import.meta.url);

/** What a folder may import beside itself: folders, single files, and packages. */
const MAY: ReadonlyMap<string, readonly string[]> = new Map([
  ["ipam", ["npm:ipaddr.js", "node:crypto"]],
  ["crds", [
    "ipam",
    "reconcile/kind.ts",
    "reconcile/projection.ts",
    "reconcile/relation.ts",
    "reconcile/rules.ts",
  ]],
  ["controllers", [
    "crds",
    "ipam",
    "reconcile/contains.ts",
    "reconcile/kind.ts",
    "reconcile/memo.ts",
    "reconcile/plan.ts",
    "reconcile/table.ts",
    "reconcile/view.ts",
  ]],
  // Nothing of addresses: it could serve another operator.
  ["reconcile", ["kube/api.ts", "kube/resource.ts"]],
  ["kube", ["npm:yaml", "node:"]],
  ["runtime", ["kube", "reconcile", "crds", "ipam", "npm:@logtape", "npm:@opentelemetry", "node:"]],
  ["sandbox", ["kube", "crds", "npm:ipaddr.js", "npm:yaml", "node:"]],
  ["web", ["runtime", "kube", "reconcile", "ipam", "npm:hono", "npm:prom-client", "npm:yaml", "node:"]],
]);

/** Composition roots: they import everything, and nobody imports them but one another. */
const ROOTS = ["main.ts", "cli"];
/** Not part of the product. */
const ASIDE = ["tests", "bench", "tools", "examples", "deploy", "docs"];

const files = sources(ROOT);
const folderOf = (path: string) => path.split("/")[0]!;
const product = [...files.keys()].filter((path) => !ASIDE.includes(folderOf(path)));

Deno.test("architecture: every folder imports only what it may", () => {
  const wrong: string[] = [];
  for (const path of product.filter((path) => !ROOTS.includes(folderOf(path)))) {
    const may = MAY.get(folderOf(path)) ?? [];
    for (const target of importsOf(path)) {
      const allowed = folderOf(target) === folderOf(path) || may.some((m) => isWithin(target, m));
      if (!allowed) wrong.push(`${path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("architecture: every folder of the product has its line here", () => {
  const known = new Set([...MAY.keys(), ...ROOTS]);
  assertEquals([...new Set(product.map(folderOf))].filter((folder) => !known.has(folder)), []);
});

Deno.test("architecture: nothing of the product imports what is not part of it", () => {
  const wrong = product.filter((path) => !ROOTS.includes(folderOf(path)))
    .filter((path) => importsOf(path).some((target) => [...ASIDE, ...ROOTS].includes(folderOf(target))));
  assertEquals(wrong, []);
});

Deno.test("architecture: no files import each other in a circle", () => {
  const rest = new Map(
    [...files.keys()].map((
      path,
    ) => [path, importsOf(path).filter((each) => each !== path && files.has(each))]),
  );
  const isOutermost = (path: string) => ![...rest.values()].some((targets) => targets.includes(path));
  for (let before = Infinity; rest.size < before;) {
    before = rest.size;
    for (const [path, targets] of rest) {
      if (!targets.some((each) => rest.has(each)) || isOutermost(path)) rest.delete(path);
    }
  }
  assertEquals([...rest.keys()], []);
});

Deno.test("architecture: no file is longer than 400 lines", () => {
  const long = [...files].filter(([, text]) => text.split("\n").length > 401).map(([path]) => path);
  assertEquals(long, []);
});

Deno.test("architecture: half of the product's files have 80 lines at most", () => {
  const lengths = product.map((path) => files.get(path)!.split("\n").length).sort((a, b) => a - b);
  assertEquals(lengths[Math.floor(lengths.length / 2)]! <= 81, true);
});

Deno.test("architecture: files are named in snake_case", () => {
  const wrong = [...files.keys()].filter((path) => !/^([a-z0-9_]+\/)*[a-z0-9_]+\.tsx?$/.test(path));
  assertEquals(wrong, []);
});

Deno.test("architecture: what decides is pure", () => {
  const core = product.filter((path) =>
    ["controllers", "crds", "ipam", "reconcile"].includes(folderOf(path))
  );
  const found = core.flatMap((path) =>
    Deno.lint.runPlugin(lint, path, files.get(path)!).map(({ id, message }) => `${path}: ${id}: ${message}`)
  );
  assertEquals(found, []);
  assertEquals(core.length > 50, true);
});

function isWithin(target: string, place: string): boolean {
  return target === place || target.startsWith(place.endsWith(":") ? place : `${place}/`);
}

/** Paths from the root, and packages as `npm:…` or `node:…`. */
function importsOf(path: string): readonly string[] {
  const text = files.get(path)!;
  return [...text.matchAll(/\b(?:from|import)\s*\(?\s*"([\w@./:-]+)"/g)].map(([, specifier = ""]) => {
    if (specifier.startsWith("node:")) return specifier;
    if (!specifier.startsWith(".")) return `npm:${specifier}`;
    return new URL(specifier, new URL(path, ROOT)).href.slice(ROOT.href.length);
  });
}

/** Every TypeScript file by its path from the root. */
function sources(root: URL): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (folder: URL) => {
    for (const entry of Deno.readDirSync(folder)) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
      if (entry.isDirectory) visit(url);
      else if (/\.tsx?$/.test(entry.name)) {
        found.set(url.href.slice(root.href.length), Deno.readTextFileSync(url));
      }
    }
  };
  visit(root);
  return found;
}
