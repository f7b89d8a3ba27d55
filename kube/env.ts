/** Time and chance, handed in: what is tested with a clock that stands still runs in production with the real one. */

export interface Env {
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Resolves after `ms` milliseconds or as soon as `signal` is aborted, whichever is first. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real thing; for composition roots. */
export function systemEnv(): Env {
  return {
    now: () => performance.now(),
    random: () => Math.random(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal?.addEventListener("abort", wake);
      }),
  };
}

/** The environment variable of that name; undefined also where we are not permitted to see it. */
export function systemVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
