/** What the operator answers when asked why. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { cluster } from "./cluster.ts";

Deno.test("explain: of what is settled nothing would be written, of what waits the reason is told", () => {
  const lab = cluster();
  lab.pod("default/p");
  lab.pod("default/waits", { ip_address: "10.16.0.1" });
  lab.subnet("orphan", { cidrBlock: "10.66.0.0/24", vpc: "ghost" });
  lab.settle();
  const { plan, writes } = lab.engine.explain(Pod, "default/p")!;
  assertEquals([plan?.verdict, writes], ["desired", []]);
  const waits = lab.engine.explain(Pod, "default/waits")!, orphan = lab.engine.explain(Subnet, "orphan")!;
  for (const [{ plan, writes }, says] of [[waits, "is the gateway"], [orphan, "Vpc ghost"]] as const) {
    if (plan?.verdict !== "wait") throw new Error("it waits");
    assertStringIncludes(plan.message, says);
    assertEquals(writes, []);
  }
  assertEquals(lab.engine.explain(Pod, "default/ghost"), undefined);
});

Deno.test("explain: of what is to come it shows the writes in their order, and makes none", () => {
  const lab = cluster();
  lab.engine.lead(false);
  lab.pod("default/p");
  lab.settle();
  const { version } = lab.server.store;
  const { writes } = lab.engine.explain(Pod, "default/p")!;
  assertEquals(writes.map(({ phase }) => phase), ["hold", "confirm", "annotate"]);
  assertEquals(lab.engine.explain(Pod, "default/p")!.writes, writes);
  assertEquals([lab.server.store.version, lab.addressOf("default/p")], [version, undefined]);
  lab.engine.lead(true);
  lab.settle();
  assertEquals(lab.addressOf("default/p"), "10.16.0.2");
});
