import { assertEquals } from "@std/assert";
import { parseAllDocuments } from "yaml";
import { cli } from "./deno.ts";

Deno.test("crds prints what stands in crds/yaml, as YAML and as a List", async () => {
  const folder = new URL("../../crds/yaml/", import.meta.url), wanted = new Map<string, unknown>();
  for (const { name } of Deno.readDirSync(folder)) {
    const [document] = parseAllDocuments(Deno.readTextFileSync(new URL(name, folder)));
    const definition = document!.toJS();
    wanted.set(definition.metadata.name, definition);
  }
  const byName = (all: { metadata: { name: string } }[]) =>
    new Map(all.map((each) => [each.metadata.name, each]));
  const text = await cli(["crds"]), json = await cli(["crds", "-o", "json"]);
  const printed = byName(parseAllDocuments(text.stdout).map((document) => document.toJS()));
  assertEquals(new Map([...printed].sort()), new Map([...wanted].sort()) as typeof printed);
  assertEquals(byName(JSON.parse(json.stdout).items).size, wanted.size);
});
