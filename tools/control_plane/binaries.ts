/**
 * The four programs of a control plane, found or made: in a folder the environment names, in the cache,
 * downloaded, or built from their Go modules.
 */
import { buildFromModules } from "./build.ts";
import { downloadInto } from "./download.ts";
import { type Log, step } from "./progress.ts";
import { type Program, PROGRAMS } from "./programs.ts";
import { KUBERNETES_VERSION } from "./version.ts";

/** Absolute paths. */
export type Binaries = Readonly<Record<Program, string>>;

/** `$XDG_CACHE_HOME/cadastre/control-plane/v1.36.3`, by default under `~/.cache`. */
export function cacheFolder(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "."}/.cache`;
  return `${base}/cadastre/control-plane/${KUBERNETES_VERSION}`;
}

/**
 * Finds each program in the first place that has it, in this order: the folder in `KUBEBUILDER_ASSETS`, the cache folder,
 * the official download, a build from Go modules. The last two fill the cache.
 *
 * @throws Error naming the program and the remedy when it is nowhere and cannot be built.
 */
export async function ensureBinaries({ log }: { log: Log }): Promise<Binaries> {
  const cache = cacheFolder();
  const places = [Deno.env.get("KUBEBUILDER_ASSETS"), cache].filter((place) =>
    place !== undefined && place !== ""
  );
  const missing = async () => {
    const found = await Promise.all(PROGRAMS.map((program) => find(program, places as string[])));
    return PROGRAMS.filter((_, index) => found[index] === undefined);
  };

  if ((await missing()).length > 0) {
    await Deno.mkdir(cache, { recursive: true });
    using lock = await Deno.open(`${cache}/.lock`, { create: true, write: true });
    await step("waiting for another process which is making the binaries", () => lock.lock(true), { log });
    // Another process may have made some while we waited, hence the fresh look before each source.
    for (const source of [downloadInto, buildFromModules]) {
      const programs = await missing();
      if (programs.length > 0) await source(cache, { programs, log });
    }
  }
  const entries = await Promise.all(
    PROGRAMS.map(async (program) => [program, await find(program, places as string[])]),
  );
  return Object.fromEntries(entries);
}

async function find(program: Program, places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const path = `${place}/${program}`;
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isFile) return path;
  }
  return undefined;
}
