/** Everything that runs around the sandbox's API server in place of kube-controller-manager. */
import { definitions } from "./environment/definitions.ts";
import { Environment } from "./environment/environment.ts";
import { garbage } from "./environment/garbage.ts";
import { namespaces } from "./environment/namespaces.ts";
import { deployments, replicaSets } from "./environment/replica_sets.ts";
import { statefulSets } from "./environment/stateful_sets.ts";
import type { ApiServer } from "./server.ts";

/** To be driven by hand: `step()` does one thing, `settle()` all there is. */
export function controllersOf(server: ApiServer): Environment {
  return new Environment(server, [
    namespaces,
    definitions,
    garbage(),
    deployments,
    replicaSets,
    statefulSets,
  ]);
}

/** Lets the controllers run by themselves, right after what woke them. @returns how to end that. */
export function runControllers(server: ApiServer): Disposable {
  const controllers = controllersOf(server);
  let isDue = false;
  const settle = () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      controllers.settle();
    });
  };
  const stop = server.onCommit(settle);
  settle();
  return {
    [Symbol.dispose]() {
      stop();
      controllers[Symbol.dispose]();
    },
  };
}
