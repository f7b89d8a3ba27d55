/** What the documents say of the code. */
import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const read = (path: string): string => Deno.readTextFileSync(new URL(path, ROOT));

/** Of no use to readers, or only there after a run. */
const PASSED_OVER = [".git", "node_modules", "failures"];

/** As git would list them, and everything else that is there as well. */
function* pathsIn(folder: string): Iterable<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder || ".", ROOT))) {
    if (PASSED_OVER.includes(name)) continue;
    if (isDirectory) yield* pathsIn(`${folder}${name}/`);
    else yield `${folder}${name}`;
  }
}

/** A newcomer's own, in instructions. */
const OWN = ["crds/x.ts", "controllers/x/", "cli/x.ts", "before.yaml"];
const files = [...pathsIn("")], documents = files.filter((path) => path.endsWith(".md"));
const folders = new Set(files.map((path) => path.split("/")[0]));

Deno.test("docs: every file and folder that a document names is there", () => {
  const missing = documents.flatMap((document) =>
    namedIn(read(document)).filter((name) => !OWN.includes(name) && !files.some((file) => means(name, file)))
      .map((name) => `${document}: ${name}`)
  );
  assertEquals(missing, []);
});

Deno.test("docs: every link of a document leads somewhere", () => {
  const missing = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#]+)(?:#([^)]*))?\)/g)]
      .filter(([, path, heading]) => !leads(document, path!, heading))
      .map(([link]) => `${document}: ${link}`)
  );
  assertEquals(missing, []);
});

Deno.test("docs: every task that a document names is one, and says what it does", () => {
  const tasks = new Map<string, { readonly description?: string }>(
    Object.entries(JSON.parse(read("deno.json")).tasks),
  );
  const named = documents.flatMap((document) =>
    [...read(document).matchAll(/(?:deno|deno@[\d.]+) task (?:-q )?([a-z][a-z-]*)/g)].map(([, task]) => task!)
  );
  assertEquals([...new Set(named)].filter((task) => !tasks.has(task)), []);
  assertEquals([...tasks].filter(([, { description }]) => !description).map(([task]) => task), []);
});

/** What stands in backticks, ends like a file, or begins with a folder of ours. */
function namedIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w.*/-]+)`/g)].map(([, name]) => name!).filter((name) =>
    !name.includes("*")
  );
  return quoted.filter((name) =>
    /\.(ts|md|yaml)$/.test(name) || folders.has(name.split("/")[0]) && name.includes("/")
  );
}

/** `pod/hold.ts` is short for a file that ends so, `deploy/base` is a folder. */
function means(name: string, file: string): boolean {
  return file === name || file.endsWith(`/${name}`) || `${file}/`.startsWith(`${name.replace(/\/$/, "")}/`);
}

function leads(document: string, path: string, heading: string | undefined): boolean {
  if (path.startsWith("https://")) return true;
  const target = new URL(path, new URL(document, ROOT)).pathname.slice(ROOT.pathname.length);
  if (!files.includes(target)) return false;
  const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!.toLowerCase().replaceAll(" ", "-")
  );
  return heading === undefined || headings.includes(heading);
}
