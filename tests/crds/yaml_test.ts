import { assertEquals } from "@std/assert";
import { parse } from "yaml";
import { definitions } from "../../crds/mod.ts";
import { render, stale } from "../../tools/gen_crds.ts";

Deno.test("crds/yaml is what the kinds say", () => {
  assertEquals(stale(render()), [], "run: deno run -A tools/gen_crds.ts");
});

Deno.test("stale() notices a file that differs, is missing or should not be there", () => {
  const wanted = render();
  wanted.set("kubeovn.io_vpcs.yaml", "other");
  wanted.set("new.yaml", "");
  wanted.delete("kubeovn.io_ips.yaml");
  assertEquals(stale(wanted), ["kubeovn.io_ips.yaml", "kubeovn.io_vpcs.yaml", "new.yaml"]);
});

Deno.test("the YAML of a CRD reads back as the CRD", () => {
  const read = [...render().values()].map((text) => parse(text));
  assertEquals(read, definitions.map((definition) => JSON.parse(JSON.stringify(definition))));
});
