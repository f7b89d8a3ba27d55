import { assert, assertEquals } from "@std/assert";
import table, { reconcile } from "../../controllers/vpc/vpc.ts";
import type { Vpc } from "../../crds/vpc.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { inUse, subnet, vpc, world } from "../world.ts";

function desire(vpc: Vpc, ...others: readonly Obj[]) {
  const plan = reconcile(vpc, world(vpc, ...others));
  assert(plan.verdict === "desired");
  return plan;
}

Deno.test("vpc: the default one says so", () => {
  assertEquals(desire(vpc()).status, {
    standby: true,
    default: true,
    router: "ovn-cluster",
    defaultLogicalSwitch: "",
    subnets: [],
  });
  assertEquals(desire(vpc("blue")).status["default"], false);
});

Deno.test("vpc: lists its Subnets by name: those that stay, of the OVN provider", () => {
  const members = [
    subnet("c", { cidrBlock: "10.1.0.0/16", vpc: "blue" }),
    subnet("a", { cidrBlock: "10.2.0.0/16", vpc: "blue" }),
    subnet("going", { cidrBlock: "10.3.0.0/16", vpc: "blue" }, { going: true }),
    subnet("other", { cidrBlock: "10.4.0.0/16", vpc: "blue", provider: "mv.default" }),
    subnet("elsewhere", { cidrBlock: "10.5.0.0/16" }),
  ];
  assertEquals(desire(vpc("blue"), ...members).status["subnets"], ["a", "c"]);
});

Deno.test("vpc: a Subnet that names none belongs to the default Vpc, formatted or not", () => {
  assertEquals(desire(vpc(), subnet("sn1", { cidrBlock: "10.1.0.0/16" })).status["subnets"], ["sn1"]);
});

Deno.test("vpc: its default is the Subnet it names, else the oldest that calls itself so", () => {
  const [a, b, c] = ["a", "b", "c"].map((name, i) =>
    inUse(
      subnet(name, { cidrBlock: `10.${i}.0.0/16`, vpc: "blue", default: name !== "c" }, { born: 9 - i }),
    )
  ) as [Obj, Obj, Obj];
  const chosen = (spec: Vpc["spec"]) => desire(vpc("blue", spec), a, b, c).status["defaultLogicalSwitch"];
  assertEquals(chosen({}), "b");
  assertEquals(chosen({ defaultSubnet: "c" }), "c");
  assertEquals(chosen({ defaultSubnet: "nowhere" }), "b");
});

Deno.test("vpc: a Subnet that goes is its default no longer", () => {
  const [going, stays] = [{ born: 1, going: true }, { born: 2 }].map((options, i) =>
    inUse(subnet(`s${i}`, { cidrBlock: `10.${i}.0.0/16`, vpc: "blue", default: true }, options))
  ) as [Obj, Obj];
  assertEquals(desire(vpc("blue"), going).status["defaultLogicalSwitch"], "");
  assertEquals(desire(vpc("blue"), going, stays).status["defaultLogicalSwitch"], "s1");
});

Deno.test("vpc: is Ready unless it goes, or lists what belongs to an older one", () => {
  const older = vpc("older", { namespaces: ["app"] }, { born: 1 });
  const ready = (vpc: Vpc, ...others: readonly Obj[]) => {
    const { status, reason, message } = desire(vpc, ...others).conditions["Ready"]!;
    return `${status} ${reason} ${message}`;
  };
  const younger = vpc("younger", { namespaces: ["web", "app"] }, { born: 2 });
  assertEquals(ready(older, younger), "True VpcReady ");
  assertEquals(
    ready(younger, older),
    "False NamespaceConflict spec.namespaces: app belongs to Vpc older; " +
      "a namespace belongs to one Vpc: take it out of one of the two",
  );
  assertEquals(
    ready(vpc("blue", {}, { going: true })),
    "False VpcDeleting it is being deleted and takes no new Subnet",
  );
});

Deno.test("vpc: is woken by another one that lists the same namespace", () => {
  const [a, b] = [vpc("a", { namespaces: ["app"] }), vpc("b", { namespaces: ["app"] })];
  const keys = table.rows.flatMap((row) => row.row === "wake" ? [...row.keys(a, world(a, b))] : []);
  assertEquals(keys.sort(), ["a", "b"]);
});
