import { assertEquals } from "@std/assert";
import { bindingsOf, candidatesOf, refusedBy, servedBy } from "../../controllers/namespace/bindings.ts";
import { keyOf, type Obj } from "../../reconcile/kind.ts";
import { inUse, namespace, subnet, vpc, world } from "../world.ts";

const app = namespace("app", { labels: { team: "red" } });
const standard = inUse(subnet("ovn-default", { cidrBlock: "10.16.0.0/16", default: true }));
const shared = vpc();

function bound(ns: Obj, ...others: readonly Obj[]): readonly string[] {
  return bindingsOf(ns, world(ns, shared, standard, ...others)).map(keyOf);
}

Deno.test("bindings: a namespace that nobody names is served by the default Subnet", () => {
  assertEquals(bound(app), ["ovn-default"]);
});

Deno.test("bindings: those that name it or select it, oldest first, whatever the order they came in", () => {
  const c = inUse(subnet("c", { cidrBlock: "10.3.0.0/16", namespaces: ["app"] }, { born: 1 }));
  const a = inUse(
    subnet("a", { cidrBlock: "10.1.0.0/16", namespaceSelectors: [{ matchLabels: { team: "red" } }] }, {
      born: 2,
    }),
  );
  const b = inUse(subnet("b", { cidrBlock: "10.2.0.0/16", namespaces: ["app"] }, { born: 2 }));
  assertEquals(bound(app, a, b, c), ["c", "a", "b"]);
  assertEquals(bound(app, c, b, a), ["c", "a", "b"]);
});

Deno.test("bindings: who names and selects it counts once", () => {
  const both = inUse(
    subnet("both", { cidrBlock: "10.1.0.0/16", namespaces: ["app", "app"], namespaceSelectors: [{}] }),
  );
  assertEquals(bound(app, both), ["both"]);
});

Deno.test("bindings: the others still serve it when one cannot be used (F3)", () => {
  const orphan = inUse(subnet("orphan", { cidrBlock: "10.1.0.0/16", vpc: "ghost", namespaces: ["app"] }));
  const going = inUse(subnet("going", { cidrBlock: "10.2.0.0/16", namespaces: ["app"] }, { going: true }));
  const bogus = inUse(
    subnet("bogus", {
      cidrBlock: "10.3.0.0/16",
      namespaceSelectors: [{ matchExpressions: [{ key: "team", operator: "Bogus" }] }],
    }),
  );
  const fine = inUse(subnet("fine", { cidrBlock: "10.4.0.0/16", namespaces: ["app"] }, { born: 9 }));
  assertEquals(bound(app, orphan, going, bogus, fine), ["fine"]);
  assertEquals(bound(app, orphan, going, bogus), ["ovn-default"]);
});

Deno.test("bindings: only Subnets of the OVN provider serve namespaces", () => {
  const foreign = inUse(
    subnet("foreign", { cidrBlock: "10.1.0.0/16", provider: "mv.default", namespaces: ["app"] }),
  );
  assertEquals(bound(app, foreign), ["ovn-default"]);
});

Deno.test("bindings: a custom Vpc's Subnet serves only namespaces that the Vpc lists", () => {
  const blue = vpc("blue", { namespaces: ["app"] });
  const own = inUse(
    subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue", namespaces: ["app", "web"] }),
  );
  const web = namespace("web");
  assertEquals(bound(app, blue, own), ["own"]);
  assertEquals(bound(web, blue, own), ["ovn-default"]);
  assertEquals(refusedBy(own, world(shared, blue, own, app, web)), ["web"]);
  assertEquals(servedBy(own, world(shared, blue, own, app, web)).map(keyOf), ["app"]);
});

Deno.test("bindings: a namespace that two custom Vpcs list belongs to the older one", () => {
  const old = vpc("old", { namespaces: ["app"] }, { born: 1 });
  const young = vpc("young", { namespaces: ["app"] }, { born: 2 });
  const ofOld = inUse(subnet("of-old", { cidrBlock: "10.1.0.0/16", vpc: "old", namespaces: ["app"] }));
  const ofYoung = inUse(subnet("of-young", { cidrBlock: "10.1.0.0/16", vpc: "young", namespaces: ["app"] }));
  assertEquals(bound(app, young, old, ofYoung, ofOld), ["of-old"]);
});

Deno.test("bindings: that the default Vpc lists a namespace takes it away from no custom one", () => {
  const all = vpc("ovn-cluster", { namespaces: ["app"] });
  const blue = vpc("blue", { namespaces: ["app"] }, { born: 1 });
  const own = inUse(subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue", namespaces: ["app"] }));
  assertEquals(bindingsOf(app, world(app, all, standard, blue, own)).map(keyOf), ["own"]);
});

Deno.test("bindings: a custom Vpc's defaultSubnet comes first, and once", () => {
  const blue = vpc("blue", { namespaces: ["app"], defaultSubnet: "first" });
  const first = inUse(
    subnet("first", { cidrBlock: "10.1.0.0/16", vpc: "blue", namespaces: ["app"] }, { born: 9 }),
  );
  const older = inUse(
    subnet("older", { cidrBlock: "10.2.0.0/16", vpc: "blue", namespaces: ["app"] }, { born: 1 }),
  );
  assertEquals(bound(app, blue, older, first), ["first", "older"]);
});

Deno.test("bindings: a defaultSubnet of another Vpc does not count", () => {
  const blue = vpc("blue", { namespaces: ["app"], defaultSubnet: "elsewhere" });
  const elsewhere = inUse(subnet("elsewhere", { cidrBlock: "10.1.0.0/16" }));
  assertEquals(bound(app, blue, elsewhere), ["ovn-default"]);
});

Deno.test("bindings: kube-system is never moved into a custom Vpc by its defaults", () => {
  const blue = vpc("blue", { namespaces: ["kube-system"], defaultSubnet: "first" });
  const first = inUse(subnet("first", { cidrBlock: "10.1.0.0/16", vpc: "blue", default: true }));
  assertEquals(bound(namespace("kube-system"), blue, first), ["ovn-default"]);
});

Deno.test("bindings: without a Subnet of its own, a namespace of a Vpc gets that Vpc's default", () => {
  const blue = vpc("blue", { namespaces: ["app"] });
  const own = inUse(subnet("own", { cidrBlock: "10.1.0.0/16", vpc: "blue", default: true }));
  assertEquals(bound(app, blue, own), ["own"]);
});

Deno.test("bindings: another default of the default Vpc stands in for a default Subnet that cannot be used", () => {
  const broken = inUse(subnet("ovn-default", { cidrBlock: "10.16.0.0/16", default: true }, { going: true }));
  const second = inUse(subnet("second", { cidrBlock: "10.1.0.0/16", default: true }));
  assertEquals(bindingsOf(app, world(app, shared, broken, second)).map(keyOf), ["second"]);
  assertEquals(bindingsOf(app, world(app, shared, broken)).map(keyOf), []);
});

Deno.test("bindings: whoever might serve a namespace one day is known, whatever stands in its way now", () => {
  const going = inUse(subnet("going", { cidrBlock: "10.1.0.0/16", namespaces: ["app"] }, { going: true }));
  const orphan = subnet("orphan", { cidrBlock: "10.2.0.0/16", vpc: "ghost", namespaces: ["app"] });
  const candidates = candidatesOf(app, world(app, shared, going, orphan, standard));
  assertEquals([...candidates].map(keyOf), ["going", "orphan", "ovn-default"]);
});

Deno.test("bindings: names from Object.prototype are names like any other", () => {
  const odd = namespace("constructor");
  const own = inUse(subnet("own", { cidrBlock: "10.1.0.0/16", namespaces: ["constructor"] }));
  assertEquals(bound(odd, own), ["own"]);
  assertEquals(bound(odd), ["ovn-default"]);
});
