import { assertEquals, assertStringIncludes } from "@std/assert";
import { withSite } from "./site.ts";

Deno.test(
  "there is nothing to change: every method that could is refused",
  withSite(async ({ get }) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const { status, headers } = await get("/metrics", { method });
      assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
    }
  }),
);

Deno.test(
  "whoever asks for something else is told what there is",
  withSite(async ({ get }) => {
    for (const path of ["/", "/explain", "/explain/pod", "/../../etc/passwd", "/explain/pod/%2e%2e/x"]) {
      const { status, body } = await get(path);
      assertEquals(status, path === "/" ? 200 : 404);
      if (!path.endsWith("x")) assertStringIncludes(body, "/explain/subnet/NAME");
    }
  }),
);

Deno.test(
  "answers are not cached and not guessed at",
  withSite(async ({ get }) => {
    const { headers } = await get("/healthz");
    assertEquals(headers.get("cache-control"), "no-store");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }),
);
