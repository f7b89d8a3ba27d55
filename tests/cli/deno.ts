/** Runs a program of this repository as a user does. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly kill: (signal: Deno.Signal) => void;
  readonly ended: Promise<Ended>;
}

const ROOT = new URL("../../", import.meta.url);

/** `await cli(["dev", "--once"])` */
export function cli(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return spawnCli(args, env).ended;
}

/** Without a kubeconfig, unless `env` names one. */
export function spawnCli(args: readonly string[], env: Record<string, string> = {}): Running {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "cli/main.ts", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", KUBECONFIG: "/nowhere", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const ended = process.output().then(({ code, stdout, stderr }) => ({
    code,
    stdout: text(stdout),
    stderr: text(stderr),
  }));
  return { kill: (signal) => process.kill(signal), ended };
}
