import { assert, assertEquals } from "@std/assert";
import { tracing } from "../../runtime/tracing.ts";
import { cli } from "../cli/deno.ts";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
}

/** A collector of OTLP over HTTP in JSON. */
function collector() {
  const spans: Span[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    if (!request.url.endsWith("/v1/traces")) return new Response("{}");
    const { resourceSpans } = await request.json();
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    return new Response("{}", { headers: { "content-type": "application/json" } });
  });
  return { spans, url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

const attribute = (span: Span, key: string) => span.attributes.find((a) => a.key === key)?.value.stringValue;

Deno.test("no spans are made unless somebody exports them", () => {
  assertEquals(tracing("cadastre"), undefined);
});

Deno.test("there is a span per reconcile, and below it one per request", async () => {
  const { spans, url, stop } = collector();
  const { code } = await cli(["dev", "--once"], {
    OTEL_DENO: "true",
    OTEL_DENO_CONSOLE: "ignore",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
  });
  await stop();
  assertEquals(code, 0);
  const reconciles = spans.filter((s) =>
    s.name === "reconcile Pod" && attribute(s, "key") === "lab/database"
  );
  const requests = reconciles.flatMap(({ spanId }) => spans.filter((s) => s.parentSpanId === spanId));
  assertEquals(requests.map((s) => s.name).sort(), [
    "apply Pod",
    "create AddressClaim",
    "create AddressClaim",
    "create IP",
    "get IP",
    "get Subnet",
  ]);
  assert(requests.every((s) => attribute(s, "outcome") === "ok"));
  // The read of the Subnet may be another pod's as well.
  for (const write of requests.filter((s) => !s.name.startsWith("get"))) {
    const inner = spans.filter((s) => s.parentSpanId === write.spanId);
    assertEquals(inner.length, 1, "Deno's own span of the fetch is inside ours");
  }
});
