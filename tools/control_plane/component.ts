/** One program of a control plane: can be started, stopped, killed and started again, and says why it did not come up. */
import type { Reaper } from "./reaper.ts";

/** What a test may do to a running server. */
export interface Component {
  readonly name: string;
  /** Standard output and error of all its lives. */
  readonly logFile: string;
  /** Resolves when it serves. @throws Error with the tail of the log when it ends instead, or takes over three minutes. */
  start(): Promise<void>;
  /** SIGTERM, then waits for its end. */
  stop(): Promise<void>;
  /** SIGKILL, then waits for its end. */
  kill(): Promise<void>;
  /** Stops it in its tracks (SIGSTOP): connections stay open and nobody answers. */
  freeze(): void;
  /** Lets it go on after {@link freeze}. */
  thaw(): void;
}

export interface ComponentOptions {
  readonly name: string;
  readonly binary: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly reaper: Reaper;
  /** Whether it serves; asked again and again, may throw. */
  readonly isReady: () => Promise<boolean>;
}

/** How long a component may take to serve, in milliseconds: sixty times what it takes on two idle cores. */
const PATIENCE = 180_000;

export function component({ name, binary, args, folder, reaper, isReady }: ComponentOptions): Component {
  const logFile = `${folder}/${name}.log`;
  let life: { process: Deno.ChildProcess; ended: Promise<void>; isOver: boolean } | undefined;

  async function end(signal: Deno.Signal) {
    if (!life || life.isOver) return;
    life.process.kill(signal);
    life.process.ref();
    await life.ended;
  }

  return {
    name,
    logFile,
    async start() {
      // A shell appends to the log and becomes the program: pipes through this process would stop with it.
      const process = new Deno.Command("sh", {
        args: ["-c", 'log=$1; shift; exec "$@" >>"$log" 2>&1', "sh", logFile, binary, ...args],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      process.unref();
      const now = { process, ended: Promise.resolve(), isOver: false };
      now.ended = process.status.then(() => {
        now.isOver = true;
        return reaper.forget(process.pid);
      });
      life = now;
      await reaper.watch(process.pid);

      const deadline = performance.now() + PATIENCE;
      while (!await isReady().catch(() => false)) {
        if (now.isOver) {
          throw new Error(`${name} ended while starting; its log ends with\n${await tail(logFile)}`);
        }
        if (performance.now() > deadline) {
          throw new Error(
            `${name} does not serve after ${PATIENCE / 1000} s; its log ends with\n${await tail(logFile)}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    freeze: () => life?.process.kill("SIGSTOP"),
    thaw: () => life?.process.kill("SIGCONT"),
  };
}

async function tail(file: string): Promise<string> {
  const text = await Deno.readTextFile(file).catch(() => "(no log)");
  return text.trimEnd().split("\n").slice(-15).map((line) => `  ${line}`).join("\n");
}
