/** The real kubectl, as users have it. */
import type { ControlPlane } from "../../tools/control_plane/start.ts";

export interface KubectlOptions {
  /** What `-f -` reads. An object is sent as JSON. */
  readonly stdin?: string | object;
}

export interface Kubectl {
  /** Its standard output. @throws Error with the command and its standard error when it fails. */
  (args: readonly string[], options?: KubectlOptions): Promise<string>;
}

/** `kubectl(["get", "pods", "-o", "name"])` against `plane`. */
export function kubectlOf({ binaries, kubeconfig }: Pick<ControlPlane, "binaries" | "kubeconfig">): Kubectl {
  return async (args, { stdin } = {}) => {
    const process = new Deno.Command(binaries.kubectl, {
      args: ["--kubeconfig", kubeconfig, ...args],
      stdin: stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin !== undefined) {
      const text = typeof stdin === "string" ? stdin : JSON.stringify(stdin);
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(text));
      await writer.close();
    }
    const { success, stdout, stderr } = await process.output();
    if (!success) {
      throw new Error(`kubectl ${args.join(" ")} failed:\n${new TextDecoder().decode(stderr).trimEnd()}`);
    }
    return new TextDecoder().decode(stdout);
  };
}

/**
 * Applies objects of our own. kubectl does not check them itself: for that it would fetch all schemas, which takes a busy API server
 * with new definitions longer than kubectl waits.
 */
export async function applied(kubectl: Kubectl, items: readonly object[]): Promise<void> {
  const stdin = { apiVersion: "v1", kind: "List", items };
  await kubectl(["apply", "--server-side", "--validate=false", "-f", "-"], { stdin });
}
