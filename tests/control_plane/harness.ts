/** What tests on a real API server share: one control plane per test file, and ways to act on it. */
import { type ControlPlane, startControlPlane } from "../../tools/control_plane/start.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import type { Client } from "../../kube/api.ts";
import { connect } from "./connect.ts";
import { type Kubectl, kubectlOf } from "./kubectl.ts";

export interface World {
  readonly plane: ControlPlane;
  readonly kubectl: Kubectl;
  /** Our own client, as a member of `system:masters`. */
  readonly client: Client;
  /** A new namespace with a name nobody else has; it is deleted after the test, without waiting. */
  namespace(prefix?: string): Promise<string>;
}

/** Our own CRDs, as users install them. */
const CRDS = new URL("../../crds/yaml/", import.meta.url).pathname;

let shared: Promise<{ plane: ControlPlane; client: Client }> | undefined;
let namespaces = 0;

/**
 * `Deno.test("…", withControlPlane(async ({ kubectl }) => { … }))`
 *
 * The control plane starts with the first test that needs it, with our CRDs established, and ends with the file: Deno gives every
 * test file an isolate of its own, which is also why files do not share one. A test that stops or breaks servers starts its own
 * by `startControlPlane`.
 */
export function withControlPlane(test: (world: World, t: Deno.TestContext) => Promise<void>) {
  return async (t: Deno.TestContext): Promise<void> => {
    const { plane, client } = await (shared ??= startWithCrds());
    const kubectl = kubectlOf(plane);
    const made: string[] = [];
    try {
      await test({
        plane,
        kubectl,
        client,
        async namespace(prefix = "test") {
          const name = `${prefix}-${++namespaces}`;
          await kubectl(["create", "namespace", name]);
          made.push(name);
          return name;
        },
      }, t);
    } finally {
      for (const name of made) await kubectl(["delete", "namespace", name, "--wait=false"]).catch(() => {});
    }
  };
}

/** Applies the CRDs and waits until the API server serves them. */
export async function installCrds(kubectl: Kubectl): Promise<void> {
  await kubectl(["apply", "--server-side", "-f", CRDS]);
  await kubectl(["wait", "--for=condition=Established", "-f", CRDS, "--timeout=120s"]);
}

async function startWithCrds(): Promise<{ plane: ControlPlane; client: Client }> {
  const plane = await startControlPlane({ log: toStderr });
  await installCrds(kubectlOf(plane));
  return { plane, client: await connect(plane) };
}
