import { assertEquals } from "@std/assert";
import { claimProblems } from "../../controllers/subnet/claims.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { problemText } from "../../ipam/problem.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { claim, inUse, subnet, world } from "../world.ts";

function problems(spec: Subnet["spec"], ...claims: readonly Obj[]): readonly string[] {
  const sn1 = inUse(subnet("sn1", spec));
  return claimProblems(sn1, world(sn1, ...claims)).map(problemText);
}

const held = (address: string) => claim({ subnet: "sn1", address, holder: "web-0.app" });

Deno.test("claims inside the block are no problem, also excluded ones and MACs", () => {
  const spec = { cidrBlock: "10.1.0.0/24", excludeIps: ["10.1.0.9"] };
  assertEquals(problems(spec, held("10.1.0.5"), held("10.1.0.9"), held("02:00:00:00:00:01")), []);
});

Deno.test("a block that leaves claims outside is a problem that names them", () => {
  assertEquals(problems({ cidrBlock: "10.1.0.0/25" }, held("10.1.0.5"), held("10.1.0.200")), [
    "spec.cidrBlock: 10.1.0.200 of IP web-0.app would fall out of it; put it back, or remove their holders",
  ]);
});

Deno.test("of many claims that would fall out ten are named, and the rest is counted", () => {
  const outside = Array.from({ length: 14 }, (_, i) => held(`10.1.0.${200 + i}`));
  const [text = ""] = problems({ cidrBlock: "10.1.0.0/25" }, ...outside);
  assertEquals(text.match(/web-0/g)?.length, 10);
  assertEquals(text.includes("10.1.0.209 of IP web-0.app and 4 more would fall out"), true);
});

Deno.test("a family that is taken away leaves its claims outside", () => {
  assertEquals(problems({ cidrBlock: "10.1.0.0/24" }, held("fd00::5")).length, 1);
  assertEquals(problems({ vlan: "v1" }, held("10.1.0.5"), held("fd00::5"))[0]?.includes("fd00::5"), true);
});

Deno.test("a gateway that somebody holds is a problem that names the holder", () => {
  assertEquals(problems({ cidrBlock: "10.1.0.0/24", gateway: "10.1.0.5" }, held("10.1.0.5")), [
    "spec.gateway: 10.1.0.5 is held by IP web-0.app; choose an address that nobody holds",
  ]);
});

Deno.test("claims of a Subnet that had this name before are none of its business", () => {
  const former = held("10.9.0.5");
  const old = { ...former, spec: { ...former.spec, subnetUid: "another" } };
  assertEquals(problems({ cidrBlock: "10.1.0.0/24" }, old), []);
});

Deno.test("a spec that cannot be read says so elsewhere", () => {
  assertEquals(problems({ cidrBlock: "10.1.0.0/24", gateway: "x" }, held("10.9.0.5")), []);
});
