import { assertEquals } from "@std/assert";
import { whyUnbound } from "../../controllers/namespace/unbound.ts";
import type { Obj } from "../../reconcile/kind.ts";
import { inUse, namespace, subnet, vpc, world } from "../world.ts";

const app = namespace("app");
const standard = inUse(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" }));

function why(...objects: readonly Obj[]) {
  const { message, until, passing } = whyUnbound(app, world(app, vpc(), ...objects));
  return { message, passing, until: [...new Set(until.map(([kind, key]) => `${kind.kind} ${key}`))] };
}

Deno.test("unbound: every Subnet that is meant for the namespace is named with its reason, and waited for with its own", () => {
  const orphan = inUse(subnet("orphan", { cidrBlock: "10.1.0.0/16", vpc: "ghost", namespaces: ["app"] }));
  const typo = subnet("typo", { cidrBlock: "10.2.0.0/16", gateway: "10.9.0.1", namespaces: ["app"] });
  assertEquals(why(orphan, typo), {
    message:
      "Subnet orphan cannot be used: spec.vpc: Vpc ghost does not exist; create it, or name another one; " +
      "Subnet typo cannot be used: spec.gateway: 10.9.0.1 is outside 10.2.0.0/16; " +
      "choose an address inside it, such as 10.2.0.1; Subnet ovn-default does not exist",
    passing: false,
    until: ["Subnet ovn-default", "Vpc ovn-cluster", "Subnet orphan", "Vpc ghost", "Subnet typo"],
  });
  const blue = vpc("ghost", { namespaces: ["app"] }, { going: true });
  assertEquals(why(orphan, blue, standard), {
    message: "Subnet orphan cannot be used: spec.vpc: Vpc ghost is being deleted",
    passing: false,
    until: ["Subnet ovn-default", "Vpc ovn-cluster", "Subnet orphan", "Vpc ghost"],
  });
});

Deno.test("unbound: a Subnet whose Vpc does not list the namespace waits for that Vpc", () => {
  const own = inUse(subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue", namespaces: ["app"] }));
  assertEquals(why(own, vpc("blue")), {
    message: "Subnet own belongs to Vpc blue, and the namespace does not; Subnet ovn-default does not exist",
    passing: false,
    until: ["Subnet ovn-default", "Vpc ovn-cluster", "Subnet own", "Vpc blue"],
  });
});

Deno.test("unbound: of many reasons five are told, and the rest is counted", () => {
  const many = Array.from(
    { length: 50 },
    (_, i) => inUse(subnet(`s${i}`, { cidrBlock: `10.${i}.0.0/16`, namespaces: ["app"] }, { going: true })),
  );
  const { message, until } = why(...many);
  assertEquals(message.split("; ").length, 6);
  assertEquals(message.endsWith("; and 46 more"), true);
  assertEquals(until.includes("Subnet s49"), true);
});

Deno.test("unbound: one that is in use is waited for as well: it may be full", () => {
  assertEquals(why(standard), {
    message: "",
    passing: true,
    until: ["Subnet ovn-default", "Vpc ovn-cluster"],
  });
});

Deno.test("unbound: what is on its way passes, what is not there does not", () => {
  assertEquals(why(subnet("ovn-default", { cidrBlock: "10.16.0.0/16" })).passing, true);
  assertEquals(why().passing, false);
});
