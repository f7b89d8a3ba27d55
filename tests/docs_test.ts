/** What the documents say of the code. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const read = (path: string): string => Deno.readTextFileSync(new URL(path, ROOT));

/** As git would list them, and everything else that is there as well. */
function* pathsIn(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
    if (name === ".git" || name === "node_modules") continue;
    if (isDirectory) yield* pathsIn(`${folder}${name}/`);
    else yield `${folder}${name}`;
  }
}

Deno.test("docs: the way of a pod through the code leads through files that are there", () => {
  const files = [...pathsIn("")], text = read("docs/architecture.md");
  const named = [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path]) => path!);
  const missing = named.filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)));
  // A newcomer's own.
  assertEquals(missing, ["crds/x.ts", "cli/x.ts"]);
});
