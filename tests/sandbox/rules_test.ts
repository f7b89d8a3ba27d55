import { assert, assertEquals } from "@std/assert";
import { definitions } from "../../crds/mod.ts";
import { isKnown, predicateOf } from "../../sandbox/schema/rules.ts";

// deno-lint-ignore no-explicit-any -- a schema is walked as plain JSON
type Json = any;

function rulesOf(schema: Json): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = (schema["x-kubernetes-validations"] ?? []).map(({ rule }: Json) => rule);
  return [...own, ...Object.values(schema).flatMap(rulesOf)];
}

const rules = [...new Set(definitions.flatMap(rulesOf))];

Deno.test("every rule of our definitions is known to the sandbox", () => {
  assert(rules.length > 10);
  assertEquals(rules.filter((rule) => !isKnown(rule)), []);
});

Deno.test("a rule that is not known holds", () => {
  assertEquals([isKnown("self.a > 1"), predicateOf("self.a > 1")({}, {})], [false, true]);
});

Deno.test("immutable fields, required and optional, also under a reserved name", () => {
  const required = predicateOf("self.subnet == oldSelf.subnet");
  assertEquals([required({ subnet: "a" }, { subnet: "a" }), required({ subnet: "b" }, { subnet: "a" })], [
    true,
    false,
  ]);
  const optional = predicateOf(
    "has(self.ownerKey) == has(oldSelf.ownerKey) && (!has(self.ownerKey) || self.ownerKey == oldSelf.ownerKey)",
  );
  assertEquals([optional({}, {}), optional({}, { ownerKey: "a" }), optional({ ownerKey: "a" }, {})], [
    true,
    false,
    false,
  ]);
  const once = predicateOf(
    "!has(oldSelf.__namespace__) || oldSelf.__namespace__ == '' || (has(self.__namespace__) && self.__namespace__ == oldSelf.__namespace__)",
  );
  assertEquals([once({ namespace: "a" }, { namespace: "" }), once({}, { namespace: "a" })], [true, false]);
});

/** The rule whose text has this in it. */
function rule(part: string) {
  return predicateOf(rules.find((each) => each.includes(part))!);
}

Deno.test("addresses are canonical, or MAC addresses in lower case", () => {
  const isCanonical = rule("ip.isCanonical");
  const right = ["10.0.0.1", "fd00::1", "::", "02:00:00:00:00:0a"];
  const wrong = [
    "10.0.0.01",
    "10.0.1",
    "FD00::1",
    "fd00:0::1",
    "::ffff:1.2.3.4",
    "fe80::1%eth0",
    "02:00:00:00:00:0A",
    "",
  ];
  for (const address of right) assertEquals(isCanonical(address, undefined), true, address);
  for (const address of wrong) assertEquals(isCanonical(address, undefined), false, address);
});

Deno.test("a claim has the name of what it claims, when it is created", () => {
  const isNamed = rule("oldSelf.hasValue()");
  const claim = (name: string, address: string) => ({ metadata: { name }, spec: { subnet: "s", address } });
  const names = {
    "10.0.0.1": "s.10.0.0.1",
    "fd00::1": "s.6xfd00--1x",
    "02:00:00:00:00:0a": "s.mac-02-00-00-00-00-0a",
  };
  for (const [address, name] of Object.entries(names)) {
    assertEquals(isNamed(claim(name, address), undefined), true, name);
  }
  assertEquals(isNamed(claim("s.10.0.0.2", "10.0.0.1"), undefined), false);
  assertEquals(isNamed(claim("other", "10.0.0.1"), {}), true);
});

Deno.test("cidrBlock: what is a CIDR, wide enough, and one per family", () => {
  const [isCidr, isRoomy, isOnePerFamily] = [
    rule("self == '' ||"),
    rule("prefixLength"),
    rule(".size() <= 1"),
  ];
  const judged = (
    text: string,
  ) => [isCidr(text, undefined), isRoomy(text, undefined), isOnePerFamily(text, undefined)];
  assertEquals(judged("10.1.2.3/16,fd00::/64"), [true, true, true]);
  assertEquals(judged("10.0.0.0/32"), [true, false, true]);
  assertEquals(judged("10.0.0.0/8,10.0.0.0/16"), [true, true, false]);
  for (const text of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/8, fd00::/64", "10.0.0.0/08", "a/8"]) {
    assertEquals(isCidr(text, undefined), false, text);
  }
  assertEquals(isCidr("", undefined), true);
});

Deno.test("ipAddress may only gain the address of the other family", () => {
  const isKept = rule("endsWith");
  const may = (old: string, now?: string) =>
    isKept(now === undefined ? {} : { ipAddress: now }, { ipAddress: old });
  assertEquals(
    [may("", "10.0.0.1"), may("10.0.0.1", "10.0.0.1,fd00::1"), may("fd00::1", "10.0.0.1,fd00::1")],
    [true, true, true],
  );
  assertEquals([may("10.0.0.1"), may("10.0.0.1", "10.0.0.2"), may("10.0.0.1", "10.0.0.11")], [
    false,
    false,
    false,
  ]);
});
