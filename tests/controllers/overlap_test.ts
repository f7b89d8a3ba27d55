import { assertEquals } from "@std/assert";
import { disputeOf, rivalsOf } from "../../controllers/subnet/overlap.ts";
import { keyOf, type Obj } from "../../reconcile/kind.ts";
import type { Subnet } from "../../crds/subnet.ts";
import { claim, inUse, subnet, world } from "../world.ts";

const wide = subnet("wide", { cidrBlock: "10.1.0.0/16" }, { born: 1 });
const narrow = subnet("narrow", { cidrBlock: "10.1.7.0/24" }, { born: 2 });
const insideWide = claim({ subnet: "wide", address: "10.1.7.9", holder: "p.app" });
const besideIt = claim({ subnet: "wide", address: "10.1.8.9", holder: "p.app" });
const insideNarrow = claim({ subnet: "narrow", address: "10.1.7.5", holder: "q.app" });

function dispute(subnet: Subnet, ...others: readonly Obj[]): string | undefined {
  const found = disputeOf(subnet, world(subnet, ...others));
  return found && `${found.state} to ${keyOf(found.rival)}`;
}

Deno.test("overlap: who does not hold on yet gives way to who does", () => {
  assertEquals(dispute(wide, inUse(narrow)), "lost to narrow");
});

Deno.test("overlap: who holds on is not bothered by a newcomer", () => {
  assertEquals(dispute(inUse(narrow), wide), undefined);
});

Deno.test("overlap: of two that hold on without claims the younger one loses, the older one waits for it to let go", () => {
  assertEquals(dispute(inUse(narrow), inUse(wide)), "lost to wide");
  assertEquals(dispute(inUse(wide), inUse(narrow)), "open to narrow");
});

Deno.test("overlap: of two of one second the name decides", () => {
  const twin = subnet("awide", { cidrBlock: "10.1.0.0/16" }, { born: 1 });
  assertEquals(dispute(inUse(wide), inUse(twin)), "lost to awide");
  assertEquals(dispute(inUse(twin), inUse(wide)), "open to wide");
});

Deno.test("overlap: claims inside beat age", () => {
  assertEquals(dispute(inUse(wide), inUse(narrow), insideNarrow), "lost to narrow");
  assertEquals(dispute(inUse(narrow), inUse(wide), insideNarrow), undefined);
});

Deno.test("overlap: claims beside it give no right to it", () => {
  assertEquals(dispute(inUse(wide), inUse(narrow), besideIt), "open to narrow");
  assertEquals(dispute(inUse(narrow), inUse(wide), besideIt), "lost to wide");
});

Deno.test("overlap: where both have claims the older one goes on, the younger one stops", () => {
  assertEquals(dispute(inUse(wide), inUse(narrow), insideWide, insideNarrow), undefined);
  assertEquals(dispute(inUse(narrow), inUse(wide), insideWide, insideNarrow), "lost to wide");
});

Deno.test("overlap: who is going loses to who stays, whatever their age", () => {
  const going = subnet("wide", { cidrBlock: "10.1.0.0/16" }, { born: 1, going: true });
  assertEquals(dispute(inUse(narrow), inUse(going)), "open to wide");
});

Deno.test("overlap: a lost dispute counts before an open one, and the oldest rival is named", () => {
  const older = subnet("older", { cidrBlock: "10.1.9.0/24" }, { born: 0 });
  const oldest = subnet("oldest", { cidrBlock: "10.1.10.0/23" }, { born: 0 });
  assertEquals(dispute(inUse(wide), inUse(narrow), inUse(older)), "lost to older");
  assertEquals(dispute(inUse(wide), inUse(older), inUse(oldest)), "lost to older");
});

Deno.test("overlap: a rival with another problem still has its addresses", () => {
  const broken = subnet("broken", { cidrBlock: "10.1.7.0/24", gateway: "10.9.0.1" });
  assertEquals(dispute(wide, inUse(broken)), "lost to broken");
});

Deno.test("overlap: a newcomer gives way to claims that an edit of their Subnet left outside", () => {
  const moved = inUse(subnet("moved", { cidrBlock: "10.2.0.0/16" }));
  const stray = claim({ subnet: "moved", address: "10.1.7.9", holder: "p.app" });
  assertEquals(dispute(narrow, moved, stray), "lost to moved");
  assertEquals(dispute(narrow, moved), undefined);
  assertEquals(dispute(inUse(narrow), moved, stray), undefined);
});

Deno.test("overlap: families, Vpcs, vlans and providers are worlds of their own", () => {
  const own = inUse(narrow);
  assertEquals(dispute(own, inUse(subnet("six", { cidrBlock: "fd00::/64" }))), undefined);
  assertEquals(dispute(own, inUse(subnet("blue", { cidrBlock: "10.1.0.0/16", vpc: "blue" }))), undefined);
  assertEquals(dispute(own, inUse(subnet("tagged", { cidrBlock: "10.1.0.0/16", vlan: "v1" }))), undefined);
  const foreign = { cidrBlock: "10.1.0.0/16", provider: "mv.default" };
  assertEquals(dispute(own, inUse(subnet("foreign", foreign))), undefined);
  assertEquals(dispute(inUse(subnet("foreign", foreign)), own), undefined);
});

Deno.test("overlap: rivals are all that overlap, held or not, but never the Subnet itself", () => {
  const view = world(wide, inUse(narrow), subnet("far", { cidrBlock: "10.2.0.0/16" }));
  assertEquals(rivalsOf(wide, view).map(keyOf), ["narrow"]);
  assertEquals(rivalsOf(narrow, view).map(keyOf), ["wide"]);
});

Deno.test("overlap: dual-stack Subnets meet in either family", () => {
  const dual = inUse(subnet("dual", { cidrBlock: "10.3.0.0/16,fd00:1::/64" }));
  assertEquals(
    dispute(subnet("six", { cidrBlock: "10.4.0.0/16,fd00:1::/80" }, { born: 3 }), dual),
    "lost to dual",
  );
});
