/** Ctrl-C and SIGTERM as a signal that can be handed on. */

/** Aborted by the first of them; the second ends the process at once. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) Deno.exit(130);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, stop);
  return controller.signal;
}
