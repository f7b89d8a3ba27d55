/** What may happen between any two requests of a StatefulSet pod's return. @see F0, S6 */
import { assert, assertEquals } from "@std/assert";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Crash } from "./interrupted.ts";
import { type Workloads, workloads } from "./workloads.ts";

/** `web-0` was served, is gone, and has a successor that nobody has looked at yet. */
function returning(asking: Readonly<Record<string, string>> = {}): Workloads {
  const lab = workloads({ making: false });
  lab.subnet("dual", { cidrBlock: "10.68.0.0/24,fd00:68::/64" });
  lab.settle();
  lab.member("web-0", lab.set("web", { replicas: 1 }), { logical_switch: "dual" });
  lab.settle();
  lab.engine.lead(false);
  replace(lab, asking);
  return lab;
}

function replace(lab: Workloads, asking: Readonly<Record<string, string>> = {}): void {
  lab.kill("app/web-0");
  lab.member("web-0", lab.get(StatefulSet, "app/web")!, { logical_switch: "dual", ...asking });
}

/** For each request of that return anew: `strike` right before it. */
function atEvery(
  { begin = returning, strike, check }: {
    readonly begin?: () => Workloads;
    readonly strike: (lab: Workloads, commit: () => void) => void;
    readonly check: (lab: Workloads, nth: number) => void;
  },
): void {
  for (let nth = 1;; nth++) {
    const lab = begin();
    let requests = 0;
    lab.intercept = (request) => {
      if (++requests === nth) strike(lab, () => lab.server.execute(request));
      return undefined;
    };
    lab.engine.lead(true);
    try {
      lab.settle();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    lab.intercept = () => undefined;
    if (requests < nth) return assert(nth > 4, "owner, Subnet, record, annotation");
    lab.start();
    check(lab, nth);
  }
}

const BEFORE = "10.68.0.2,fd00:68::2";

function kept(lab: Workloads, nth: number): void {
  assertEquals(lab.addressOf("app/web-0"), BEFORE, `before request ${nth}`);
  assertEquals(lab.claims("dual"), { "10.68.0.2": "web-0.app", "fd00:68::2": "web-0.app" });
  lab.atRest();
}

for (const committed of [false, true]) {
  Deno.test(`succession: a crash ${committed ? "after" : "before"} a request costs nobody an address`, () => {
    atEvery({
      strike: (_, commit) => {
        if (committed) commit();
        throw new Crash();
      },
      check: kept,
    });
  });
}

Deno.test("succession: a pod that is replaced once more leaves its address to the third", () => {
  atEvery({ strike: (lab) => replace(lab), check: kept });
});

Deno.test("succession: a Subnet that begins to go gives the address back to the pod that had it", () => {
  atEvery({ strike: (lab) => lab.get(Subnet, "dual") && lab.delete(Subnet, "dual"), check: kept });
});

Deno.test("succession: a set that is scaled to nothing and back keeps the address of a pod that is there throughout", () => {
  atEvery({
    strike: (lab) => {
      lab.edit("web", { replicas: 0 });
      lab.edit("web", { replicas: 1 });
    },
    check: kept,
  });
});

Deno.test("succession: when the set goes, what the last pod had is free when that is gone", () => {
  atEvery({
    strike: (lab) => lab.delete(StatefulSet, "app/web"),
    check: (lab, nth) => {
      assert(lab.addressOf("app/web-0"), `before request ${nth}`);
      assertEquals(Object.values(lab.claims("dual")), ["web-0.app", "web-0.app"]);
      lab.kill("app/web-0");
      lab.settle();
      assertEquals([lab.kept(), lab.claims("dual")], [[], {}]);
      lab.atRest();
    },
  });
});

Deno.test("succession: a move to another Subnet that is interrupted ends in one of the two, and with one record", () => {
  for (const deed of ["crash", "go", "replace"] as const) {
    atEvery({
      begin: () => returning({ logical_switch: "sn2" }),
      strike: (lab) => {
        if (deed === "crash") throw new Crash();
        if (deed === "replace") return replace(lab, { logical_switch: "sn2" });
        if (lab.get(Subnet, "sn2")) lab.delete(Subnet, "sn2");
      },
      check: (lab, nth) => {
        const address = lab.addressOf("app/web-0"), inNew = address?.startsWith("10.67.");
        if (deed !== "go") assert(inNew, `${deed} before request ${nth}`);
        assertEquals(lab.kept().length <= 1, true);
        const held = { ...lab.claims("dual"), ...lab.claims("sn2") };
        if (address) assertEquals(Object.keys(held), address.split(","));
        assert(lab.get(Pod, "app/web-0"));
        lab.atRest();
      },
    });
  }
});
