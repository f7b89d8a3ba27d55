/** The operator as a process of its own, to be killed, frozen and started again. */
import type { Component } from "../../tools/control_plane/component.ts";
import { freePorts } from "../../tools/control_plane/ports.ts";
import type { ControlPlane } from "../../tools/control_plane/start.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

export interface OperatorOptions {
  /** Tells two of them apart, in logs too. @default operator */
  readonly name?: string;
  /** Of the command line, beside those that say where the API server is and where to listen. */
  readonly args?: readonly string[];
}

export interface OperatorProcess extends Component {
  /** Where its endpoints are: `http://127.0.0.1:<port>`. */
  readonly url: string;
}

/** `await operator(plane).start()` resolves when `/readyz` says yes. It ends with the control plane. */
export function operator(
  plane: ControlPlane,
  { name = "operator", args = [] }: OperatorOptions = {},
): OperatorProcess {
  const [port] = freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const process = plane.beside({
    name,
    binary: Deno.execPath(),
    args: [
      "run",
      "--no-check",
      "--allow-all",
      MAIN,
      "--kubeconfig",
      plane.kubeconfig,
      "--http",
      `127.0.0.1:${port}`,
      ...args,
    ],
    async isReady() {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      await answer.body?.cancel();
      return answer.ok;
    },
  });
  return { ...process, url };
}
