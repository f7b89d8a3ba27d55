/** `deno task control-plane`: a real Kubernetes control plane on this machine, for work and tests. */
import { parseArgs } from "node:util";
import { cacheFolder, ensureBinaries } from "./binaries.ts";
import { toStderr as log } from "./progress.ts";
import { startControlPlane } from "./start.ts";
import { KUBERNETES_VERSION } from "./version.ts";

const HELP = `Usage: deno task control-plane [--build-only] [-o json]

Starts etcd, kube-apiserver and kube-controller-manager (Kubernetes ${KUBERNETES_VERSION}) in a temporary folder and runs them until Ctrl-C.
There are no nodes: pods are stored and scheduled by nobody, which is all an address plane needs.

  --build-only   only see to it that the binaries are there, then exit
  -o json        print paths and the server's URL as one line of JSON
  -h, --help     this text

The binaries are looked for in this order:
  1. the folder named by the environment variable KUBEBUILDER_ASSETS
  2. the cache, ${cacheFolder()}
  3. the download the Kubernetes project publishes for tests, where the network allows
  4. a build from Go modules: about five minutes once, needs Go 1.26
What 3 and 4 yield goes into the cache. Go is needed in any case, for a second, to issue certificates.
Node and Deno cannot do that, and openssl is not everywhere.

Examples
  deno task control-plane                                    then, elsewhere, the kubectl line that it prints
  deno task control-plane -o json | jq -r .kubeconfig        for scripts; the control plane ends with this process
`;

const values = options();

if (values.help) {
  console.log(HELP);
} else if (values.output !== "text" && values.output !== "json") {
  console.error(`-o ${values.output} is not known: text, json`);
  Deno.exit(2);
} else if (values["build-only"]) {
  const binaries = await ensureBinaries({ log });
  print(binaries, Object.entries(binaries).map(([name, path]) => `${name.padEnd(24)} ${path}`).join("\n"));
} else {
  await run();
}

function options() {
  try {
    return parseArgs({
      options: {
        "build-only": { type: "boolean", default: false },
        output: { type: "string", short: "o", default: "text" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    Deno.exit(2);
  }
}

async function run(): Promise<void> {
  await using plane = await startControlPlane({ log });
  const { server, kubeconfig, caCert, clientCert, clientKey, folder, binaries } = plane;
  print(
    { server, kubeconfig, caCert, clientCert, clientKey, folder, binaries },
    `kubeconfig: ${kubeconfig}\n\n  ${binaries.kubectl} --kubeconfig ${kubeconfig} get ns\n\nCtrl-C ends it and removes ${folder}`,
  );
  await interrupted();
}

function print(data: unknown, text: string): void {
  console.log(values.output === "json" ? JSON.stringify(data) : text);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => resolve());
    }
  });
}
