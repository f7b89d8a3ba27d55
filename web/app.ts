/** The endpoints. `app.fetch` is all there is: no listening, no clock, no state of its own. */
import { Hono } from "hono";
import type { Registry } from "prom-client";
import type { Operator } from "../runtime/operator.ts";
import { explain } from "./explain.ts";
import { healthz, readyz } from "./health.ts";

const INDEX = `/healthz   is this process alive
/readyz    has it seen everything, and does it lead
/metrics   for Prometheus
/explain/subnet/NAME, /explain/pod/NAMESPACE/NAME, …
           what is wanted for an object, what it waits for, what was written

?o=json, or an Accept header, gives JSON.
`;

export function createApp(operator: Operator, registry: Registry): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
  });
  app.on(["POST", "PUT", "PATCH", "DELETE"], "*", (c) => {
    return c.text("there is nothing to change here\n", 405, { allow: "GET, HEAD" });
  });
  app.get("/", (c) => c.text(INDEX));
  app.get("/healthz", (c) => healthz(c, operator));
  app.get("/readyz", (c) => readyz(c, operator));
  app.get("/metrics", async (c) => {
    return c.body(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
  app.get("/explain/:kind/:key{.+}", (c) => explain(c, operator));
  app.notFound((c) => c.text(`there is no ${c.req.path}\n\n${INDEX}`, 404));
  app.onError((error, c) => c.text(`${error.message}\n`, 500));
  return app;
}
