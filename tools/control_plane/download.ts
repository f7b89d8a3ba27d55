/** Fetches the programs that the Kubernetes project publishes for tests ("envtest"), where the network allows. */
import { parse } from "yaml";
import type { Program } from "./programs.ts";
import { type Log, step } from "./progress.ts";
import { KUBERNETES_VERSION } from "./version.ts";

const INDEX = "https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml";

/** What the archives hold; a controller-manager is not among it. */
const PUBLISHED: readonly Program[] = ["etcd", "kube-apiserver", "kubectl"];

/** An archive and what its bytes must hash to. */
export interface Release {
  readonly url: string;
  /** SHA-512 in hexadecimal. */
  readonly sha512: string;
}

/**
 * Puts those of `programs` which are published into `folder`; without a network, a release or a right checksum it does nothing,
 * because there is another way to get them.
 *
 * @param options.index where the list of releases is.
 */
export async function downloadInto(
  folder: string,
  { programs, log, index = INDEX }: { programs: readonly Program[]; log: Log; index?: string },
): Promise<void> {
  const wanted = programs.filter((program) => PUBLISHED.includes(program));
  if (wanted.length === 0) return;
  try {
    const listed = await fetch(index, { signal: AbortSignal.timeout(5_000) });
    const release = listed.ok ? newestRelease(await listed.text(), KUBERNETES_VERSION) : undefined;
    await listed.body?.cancel().catch(() => {});
    if (release) {
      await step(`downloading ${wanted.join(", ")}`, () => unpack(release, { folder, wanted }), { log });
    }
  } catch {
    // No network is the ordinary case on a build machine.
  }
}

/**
 * The newest release of the same minor version for this machine.
 *
 * @param index YAML: `releases: {v1.36.0: {envtest-v1.36.0-linux-amd64.tar.gz: {hash, selfLink}}}`.
 */
export function newestRelease(
  index: string,
  version: string,
  platform: string = thisPlatform(),
): Release | undefined {
  const { releases } = parse(index) as {
    releases: Record<string, Record<string, { hash: string; selfLink: string }>>;
  };
  const minor = version.slice(0, version.lastIndexOf(".") + 1);
  const patches = Object.keys(releases)
    .filter((release) => release.startsWith(minor) && /^\d+$/.test(release.slice(minor.length)))
    .sort((a, b) => Number(b.slice(minor.length)) - Number(a.slice(minor.length)));
  for (const patch of patches) {
    const archive = releases[patch]?.[`envtest-${patch}-${platform}.tar.gz`];
    if (archive) return { url: archive.selfLink, sha512: archive.hash };
  }
  return undefined;
}

/** As Go names it: `linux-amd64`. */
function thisPlatform(): string {
  return `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "amd64" : "arm64"}`;
}

async function unpack(
  release: Release,
  { folder, wanted }: { folder: string; wanted: readonly Program[] },
): Promise<void> {
  const answer = await fetch(release.url, { signal: AbortSignal.timeout(120_000) });
  const bytes = await answer.bytes();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes)).toHex();
  if (digest !== release.sha512) throw new Error(`${release.url} has the wrong checksum`);

  const scratch = await Deno.makeTempDir({ dir: folder });
  try {
    await Deno.writeFile(`${scratch}/envtest.tar.gz`, bytes);
    const tar = await new Deno.Command("tar", {
      args: ["-xzf", "envtest.tar.gz", "--strip-components=2"],
      cwd: scratch,
    }).output();
    if (!tar.success) throw new Error("tar could not unpack the archive");
    for (const program of wanted) await Deno.rename(`${scratch}/${program}`, `${folder}/${program}`);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}
