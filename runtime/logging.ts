/** What is written to standard output while the operator runs: one JSON object per line, and nothing that repeats with every pod. */
import { configureSync, getConsoleSink, getLogger, jsonLinesFormatter } from "@logtape/logtape";
import type { Observer } from "./observers.ts";

export function configureLogging(): void {
  configureSync({
    sinks: { console: getConsoleSink({ formatter: jsonLinesFormatter }) },
    loggers: [
      { category: "cadastre", lowestLevel: "info", sinks: ["console"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
    ],
  });
}

/** Silent until {@link configureLogging} was called. */
export const logger = getLogger("cadastre");

/** What an operator should know of without looking at objects; verdicts about objects are their conditions and Events. */
export const logObserver: Observer = {
  leads: (leads) => logger.info(leads ? "leads from now on" : "does not lead any more"),
  leaseFailed: ({ status, message }) =>
    logger.warn("the lease could not be read or written", { status, message }),
  watchTurned({ kind, apiVersion }, problem) {
    if (problem) logger.warn("a kind cannot be watched", { kind, apiVersion, ...problem });
    else logger.info("a kind is watched again", { kind, apiVersion });
  },
  threw({ kind, key }, error) {
    logger.error("a handler threw: the object is quarantined", {
      kind: kind.kind,
      key,
      error: String(error),
    });
  },
  committed({ kind, key }, { stop, phase }) {
    if (stop?.stop !== "failed") return;
    const { status, reason, message } = stop.answer;
    logger.warn("a write was refused", { kind: kind.kind, key, phase, status, reason, message });
  },
};
