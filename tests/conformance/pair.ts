/** Both servers, with our CRDs and nothing that acts by itself: what they do is only what they are asked. */
import { SandboxClient } from "../../sandbox/client.ts";
import { toStderr } from "../../tools/control_plane/progress.ts";
import { type ControlPlane, startControlPlane } from "../../tools/control_plane/start.ts";
import { connect } from "../control_plane/connect.ts";
import { installCrds } from "../control_plane/harness.ts";
import { kubectlOf } from "../control_plane/kubectl.ts";
import { sandbox } from "../sandbox/sandbox.ts";
import type { Pair } from "./compare.ts";

export interface BothServers extends Pair, AsyncDisposable {
  readonly plane: ControlPlane;
}

export async function startBoth(): Promise<BothServers> {
  const plane = await startControlPlane({ controllerManager: false, log: toStderr });
  await installCrds(kubectlOf(plane));
  const real = await connect(plane);
  return {
    plane,
    real,
    sandbox: new SandboxClient(sandbox()),
    async [Symbol.asyncDispose]() {
      real.close();
      await plane.dispose();
    },
  };
}
