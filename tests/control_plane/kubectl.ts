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
