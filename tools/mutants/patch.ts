/** Known mistakes as patches. */

const PATCHES = new URL("../../tests/mutants/", import.meta.url);

/** One mistake; its file begins with a line that names it, and perhaps lines that say how it is found. */
export interface Patch {
  /** `M12`; so its file is called. */
  readonly name: string;
  /** What is wrong with the product once it is planted. */
  readonly says: string;
  /** The set-up of histories in which it shows; absent where it shows anywhere. */
  readonly begin?: string;
  /** The file of tests of which one fails, or a history that is kept; absent where histories that are drawn find it. */
  readonly caughtBy?: string;
  /** Path of its file. */
  readonly path: string;
}

/** All of them, or those of these names. @throws Deno.errors.NotFound where there is none of a name. */
export function patches(names: readonly string[] = everyName()): readonly Patch[] {
  return names.map((name) => {
    const { pathname: path } = new URL(`${name}.patch`, PATCHES), [first = "", ...more] = header(path);
    const said = Object.fromEntries(more.map((line) => line.split(": ", 2)));
    const { begin, "caught by": caughtBy } = said;
    return {
      name,
      says: first.replace(/^\S+ /, ""),
      path,
      ...(begin ? { begin } : {}),
      ...(caughtBy ? { caughtBy } : {}),
    };
  });
}

/**
 * Plants it in a folder; with `--check`, only looks whether that could be done, with `--reverse`, takes it out again.
 *
 * @returns what is in the way; empty where nothing is.
 */
export async function plant(
  { path }: Patch,
  folder: string | URL,
  { options = [] }: { options?: readonly ("--check" | "--reverse")[] } = {},
): Promise<string> {
  const args = ["apply", "--whitespace=nowarn", ...options, path];
  const { code, stderr } = await new Deno.Command("git", { args, cwd: folder, stderr: "piped" }).output();
  return code === 0 ? "" : new TextDecoder().decode(stderr).trim() || `git apply ended with code ${code}`;
}

function everyName(): string[] {
  const files = [...Deno.readDirSync(PATCHES)].map(({ name }) => name);
  return files.filter((name) => name.endsWith(".patch")).map((name) => name.slice(0, -".patch".length))
    .sort();
}

/** Its lines up to the first empty one. */
const header = (path: string): readonly string[] =>
  Deno.readTextFileSync(path).split("\n\n", 1)[0]!.split("\n");
