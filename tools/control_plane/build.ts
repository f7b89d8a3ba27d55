/** Builds the programs of a control plane from their Go modules, which is slow once and needs nothing but Go. */
import type { Program } from "./programs.ts";
import { type Log, step } from "./progress.ts";
import { KUBERNETES_VERSION } from "./version.ts";

/** The main packages, relative to `go/`; etcd is a module of its own because its dependencies clash with Kubernetes'. */
const SOURCES: Readonly<Record<Program, { folder: string; package: string }>> = {
  "etcd": { folder: "go/etcd", package: "." },
  "kube-apiserver": { folder: "go", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": { folder: "go", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  "kubectl": { folder: "go", package: "k8s.io/kubernetes/cmd/kubectl" },
};

/**
 * Puts `programs` into `folder`, one after the other: each uses all cores anyway, and each one that is done stays done.
 *
 * @throws Error with what Go said, or saying that Go is missing.
 */
export async function buildFromModules(
  folder: string,
  { programs, log }: { programs: readonly Program[]; log: Log },
): Promise<void> {
  log(
    `building ${
      programs.join(", ")
    } ${KUBERNETES_VERSION} from Go modules into ${folder}; once, about five minutes`,
  );
  for (const program of programs) await step(`building ${program}`, () => build(program, folder), { log });
}

async function build(program: Program, folder: string): Promise<void> {
  const source = SOURCES[program];
  // Go writes the file at once or not at all, but only into its own temporary name: a killed build must not look finished.
  const unfinished = `${folder}/.${program}.${Deno.pid}`;
  const go = new Deno.Command("go", {
    args: [
      "build",
      "-trimpath",
      "-buildvcs=false",
      "-mod=readonly",
      `-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
      `-o=${unfinished}`,
      source.package,
    ],
    cwd: new URL(`./${source.folder}/`, import.meta.url),
    env: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await go.output().catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `${program} is not in KUBEBUILDER_ASSETS nor in ${folder}, could not be downloaded, and Go is not installed to build it: install Go 1.26`,
    );
  });
  if (!success) {
    throw new Error(`building ${program} failed:\n${new TextDecoder().decode(stderr).trimEnd()}`);
  }
  await Deno.rename(unfinished, `${folder}/${program}`);
}
