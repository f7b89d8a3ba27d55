/** What may happen between any two requests of one allocation. @see F1 */
import { assertEquals } from "@std/assert";
import { Subnet } from "../../crds/subnet.ts";
import { atEveryRequest, Crash, interrupted, ready } from "./interrupted.ts";

Deno.test("interruption: pod and Subnet that go between two requests leave nothing (F1-1)", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    const struck = interrupted(lab, nth, () => {
      lab.kill("default/p");
      lab.delete(Subnet, "sn");
    });
    if (!struck) return false;
    lab.settle();
    assertEquals(lab.get(Subnet, "sn"), undefined);
    lab.nothingLeft();
    return true;
  });
});

Deno.test("interruption: a Subnet that goes between two requests keeps the pod that was told, and lets go of the other", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    if (!interrupted(lab, nth, () => lab.delete(Subnet, "sn"))) return false;
    lab.settle();
    const told = lab.addressOf("default/p") !== undefined;
    assertEquals(lab.get(Subnet, "sn") !== undefined, told);
    assertEquals(lab.records(), told ? ["p.default"] : []);
    lab.kill("default/p");
    lab.settle();
    assertEquals(lab.get(Subnet, "sn"), undefined);
    lab.nothingLeft();
    return true;
  });
});

Deno.test("interruption: a pod that is replaced between two requests leaves its successor with the only record", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    const struck = interrupted(lab, nth, () => {
      lab.kill("default/p");
      lab.pod("default/p", { logical_switch: "sn" });
    });
    if (!struck) return false;
    lab.settle();
    const [v4 = "", v6 = ""] = lab.addressOf("default/p")?.split(",") ?? [];
    assertEquals(lab.claims("sn"), { [v4]: "p.default", [v6]: "p.default" });
    assertEquals(lab.records(), ["p.default"]);
    lab.atRest();
    return true;
  });
});

for (const committed of [false, true]) {
  const when = committed ? "after a request that was served" : "before a request";
  Deno.test(`interruption: a crash ${when} loses and doubles nothing (F1-7)`, () => {
    atEveryRequest((nth) => {
      const lab = ready();
      const struck = interrupted(lab, nth, (commit) => {
        if (committed) commit();
        throw new Crash();
      });
      if (!struck) return false;
      lab.start();
      assertEquals(lab.addressOf("default/p"), "10.66.0.2,fd00:66::2");
      assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "fd00:66::2": "p.default" });
      lab.atRest();
      return true;
    });
  });

  Deno.test(`interruption: a crash ${when}, and the pod gone before the restart, leaves nothing (F1-7)`, () => {
    atEveryRequest((nth) => {
      const lab = ready();
      const struck = interrupted(lab, nth, (commit) => {
        if (committed) commit();
        throw new Crash();
      });
      if (!struck) return false;
      lab.kill("default/p");
      lab.start();
      lab.nothingLeft();
      return true;
    });
  });
}
