import { assertEquals, assertStringIncludes } from "@std/assert";
import { serve } from "../../web/serve.ts";
import { cli } from "./deno.ts";

Deno.test("explain asks the operator about the object that is named", async () => {
  const asked: string[] = [];
  await using site = await serve((request) => {
    asked.push(request.url.slice("http://localhost".length));
    return new Response("because\n");
  }, { hostname: "127.0.0.1", port: 0 });
  const { code, stdout } = await cli(["explain", "pod/shop/web 0", "--url", `${site.url}/`]);
  assertEquals([code, stdout], [0, "because\n"]);
  await cli(["explain", "subnet/blue", "--url", site.url, "-o", "json"]);
  assertEquals(asked, ["/explain/pod/shop/web%200", "/explain/subnet/blue?o=json"]);
});

Deno.test("explain says where it asked when nobody answers", async () => {
  const { code, stderr } = await cli(["explain", "subnet/blue", "--url", "http://127.0.0.1:1"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "http://127.0.0.1:1/explain/subnet/blue does not answer");
});
