import { assert, assertEquals, assertThrows } from "@std/assert";
import { conditions } from "../../crds/conditions.ts";
import { define } from "../../crds/definition.ts";
import { definitions, kinds } from "../../crds/mod.ts";
import { counter, type JsonSchema, list, open, string } from "../../crds/schema.ts";
import { kind } from "../../reconcile/kind.ts";

const Thing = kind("example.org/v1", "Thing", "things", { statusSubresource: true });

Deno.test("define() makes a CRD of one served and stored version, named after plural and group", () => {
  const definition = define(Thing, {
    description: "A thing.",
    spec: open({ size: counter(), tags: list(string()) }),
    status: open({ conditions }),
    shortNames: ["th"],
    columns: { Size: ".spec.size", Tags: ".spec.tags", Age: ".metadata.creationTimestamp" },
    selectable: [".spec.size"],
  });
  const [version] = definition.spec.versions;
  assertEquals(definition.metadata.name, "things.example.org");
  assertEquals(definition.spec.scope, "Cluster");
  assertEquals(definition.spec.names, {
    plural: "things",
    singular: "thing",
    kind: "Thing",
    listKind: "ThingList",
    shortNames: ["th"],
  });
  assertEquals([version.name, version.served, version.storage], ["v1", true, true]);
  assertEquals(version.subresources, { status: {} });
  assertEquals(version.selectableFields, [{ jsonPath: ".spec.size" }]);
  assertEquals(version.additionalPrinterColumns, [
    { name: "Size", type: "number", jsonPath: ".spec.size" },
    { name: "Tags", type: "string", jsonPath: ".spec.tags" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ]);
});

Deno.test("define() refuses a column that the schema does not have", () => {
  const options = { description: "", spec: open({}), shortNames: [], columns: { Size: ".spec.size" } };
  assertThrows(() => define(Thing, options), Error, ".spec.size");
});

Deno.test("ips, vips and claims have no status subresource, all others do", () => {
  const without = definitions.filter(({ spec }) => !spec.versions[0].subresources);
  assertEquals(without.map(({ spec }) => spec.names.plural), ["ips", "addressclaims", "vips"]);
});

Deno.test("plurals and short names are Kube-OVN's", () => {
  const names = definitions.map(({ spec: { names } }) => [names.kind, names.plural, ...names.shortNames]);
  assertEquals(names, [
    ["Vpc", "vpcs", "vpc"],
    ["Subnet", "subnets", "subnet"],
    ["IP", "ips", "ip"],
    ["AddressClaim", "addressclaims", "claim"],
    ["IPPool", "ippools", "ippool"],
    ["Vip", "vips", "vip"],
    ["Vlan", "vlans", "vlan"],
    ["IptablesEIP", "iptables-eips", "eip"],
    ["IptablesFIPRule", "iptables-fip-rules", "fip"],
    ["IptablesDnatRule", "iptables-dnat-rules", "dnat"],
    ["IptablesSnatRule", "iptables-snat-rules", "snat"],
    ["VpcNatGateway", "vpc-nat-gateways", "vpc-nat-gw"],
    ["OvnEip", "ovn-eips", "oeip"],
  ]);
});

Deno.test("kinds of Kube-OVN keep unknown fields at every depth of spec and status", () => {
  for (const { spec } of definitions.filter(({ spec }) => spec.group === "kubeovn.io")) {
    const { properties } = spec.versions[0].schema.openAPIV3Schema;
    for (
      const [path, schema] of objects(properties?.spec, "spec").concat(objects(properties?.status, "status"))
    ) {
      assert(schema["x-kubernetes-preserve-unknown-fields"], `${spec.names.kind}: ${path} prunes`);
    }
  }
});

Deno.test("big counters are numbers, for an API server refuses a quoted one", () => {
  for (const plural of ["subnets", "ippools"]) {
    const status = schemaOf(plural).properties?.status?.properties ?? {};
    const counters = Object.entries(status).filter(([name]) => /^v[46].*IPs$/.test(name));
    assertEquals(counters.length, 4);
    for (const [, { type }] of counters) assertEquals(type, "number");
  }
});

Deno.test("conditions are merged by type wherever there are any", () => {
  const having = definitions.map(({ spec }) =>
    schemaOf(spec.names.plural).properties?.status?.properties?.conditions
  );
  const found = having.filter((schema) => schema !== undefined);
  assertEquals(found.length, definitions.length - 2); // IP and AddressClaim have no status
  for (const schema of found) assertEquals(schema["x-kubernetes-list-map-keys"], ["type"]);
});

Deno.test("a rule on a whole object judges its creation only, so that no object becomes undeletable", () => {
  for (const { spec } of definitions) {
    for (const rule of spec.versions[0].schema.openAPIV3Schema["x-kubernetes-validations"] ?? []) {
      assert(rule.optionalOldSelf && rule.rule.startsWith("oldSelf.hasValue() || "), rule.rule);
    }
  }
});

Deno.test("every watched kind drops what nobody reads", () => {
  for (const { kind, trim } of kinds) assert(trim, kind);
});

function schemaOf(plural: string): JsonSchema {
  const found = definitions.find(({ spec }) => spec.names.plural === plural);
  return found?.spec.versions[0].schema.openAPIV3Schema ?? {};
}

/** Every object schema with fields of its own, maps aside. */
function objects(schema: JsonSchema | undefined, path: string): [path: string, schema: JsonSchema][] {
  if (!schema) return [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    objects(field, `${path}.${name}`)
  );
  const items = objects(schema.items, `${path}[]`);
  return [...(schema.properties ? [[path, schema] as [string, JsonSchema]] : []), ...below, ...items];
}
