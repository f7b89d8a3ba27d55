/**
 * OpenTelemetry: one span per reconcile and, inside it, one per request of its writes. Deno exports them itself with
 * `OTEL_DENO=true`; its own span of each `fetch` hangs below ours.
 *
 * @see {@link https://docs.deno.com/runtime/fundamentals/open_telemetry/}
 */
import { context, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Answer, Request } from "../kube/api.ts";
import { keyOf } from "../kube/resource.ts";
import type { Outcome } from "../reconcile/apply/commit.ts";
import type { Observer } from "../reconcile/engine.ts";

/** What a drive tells about the commit it carries through. */
export interface CommitTrace {
  readonly request: (request: Request, send: () => Promise<Answer>) => Promise<Answer>;
  readonly ended: (outcome: Outcome) => void;
}

export interface Tracing {
  readonly observer: Observer;
  /** To be called when a commit starts, in the same turn in which it was decided. */
  readonly begin: () => CommitTrace;
}

/** Undefined where nobody exports spans: then none are made. */
export function tracing(name: string): Tracing | undefined {
  const tracer = trace.getTracer(name);
  const probe = tracer.startSpan("start");
  const isWanted = probe.isRecording();
  probe.end();
  if (!isWanted) return undefined;

  // Deciding and starting to write are one synchronous step of the engine, so one variable is enough.
  let decided: Span | undefined;
  const observer: Observer = {
    decided({ kind, key }, plan, writes) {
      const attributes = { kind: kind.kind, key, verdict: plan?.verdict ?? "none", writes: writes.length };
      const span = tracer.startSpan(`reconcile ${kind.kind}`, { attributes });
      if (writes.length === 0) span.end();
      else decided = span;
    },
    asked({ kind, key }) {
      decided = tracer.startSpan(`ask ${kind.kind}`, { attributes: { key } });
    },
  };
  function begin(): CommitTrace {
    const span = decided ?? tracer.startSpan("create seed");
    decided = undefined;
    const within = trace.setSpan(context.active(), span);
    return {
      async request(request, send) {
        const name = `${request.verb} ${request.resource.kind}`, attributes = { key: keyIn(request) };
        const inner = tracer.startSpan(name, { attributes }, within);
        const answer = await context.with(trace.setSpan(within, inner), send);
        inner.setAttribute("outcome", answer.outcome);
        if (answer.outcome !== "ok") inner.setStatus({ code: SpanStatusCode.ERROR, message: answer.message });
        inner.end();
        return answer;
      },
      ended({ stop, phase }) {
        if (stop) span.setAttributes({ stop: stop.stop, ...(phase ? { phase } : {}) });
        if (stop?.stop === "failed") {
          span.setStatus({ code: SpanStatusCode.ERROR, message: stop.answer.message });
        }
        span.end();
      },
    };
  }
  return { observer, begin };
}

/** The key of what a request is about; empty for a list. */
function keyIn(request: Request): string {
  if ("key" in request) return request.key;
  return request.verb === "list" ? "" : keyOf(request.body);
}
