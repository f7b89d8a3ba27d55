/** A record whose first pod ended before it was told: what its successor must see for itself. */
import { assertEquals } from "@std/assert";
import { tables } from "../../controllers/mod.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { kinds } from "../../crds/mod.ts";
import { projections } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Request } from "../../kube/api.ts";
import { Lab } from "../lab.ts";
import { Crash } from "./interrupted.ts";
import { type Workloads, workloads } from "./workloads.ts";

/** `web-0` held its address when its process ended, before the Subnet was read; it has a successor now, and a new process. */
function untold(): Workloads {
  const lab = workloads({ making: false }), set = lab.set("web", { replicas: 1 });
  lab.intercept = ({ verb, resource }) => {
    if (verb === "get" && resource.kind === Subnet.kind) throw new Crash();
    return undefined;
  };
  lab.member("web-0", set, { logical_switch: "sn2" });
  untilCrash(() => lab.settle());
  assertEquals([lab.addressOf("app/web-0"), lab.claims("sn2")], [undefined, { "10.67.0.2": "web-0.app" }]);
  lab.intercept = () => undefined;
  lab.kill("app/web-0");
  lab.member("web-0", set, { logical_switch: "sn2" });
  lab.restart();
  return lab;
}

/** Right before the first request of that kind, what somebody does whom the process has not heard of. */
function before(lab: Workloads, verb: string, kind: string, deed: () => void): void {
  let done = false;
  lab.intercept = (request) => {
    if (!done && request.verb === verb && request.resource.kind === kind) {
      done = true;
      deed();
    }
    return undefined;
  };
}

Deno.test("untold: the successor gets the address that its predecessor was never told", () => {
  const lab = untold();
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.67.0.2");
  lab.atRest();
});

Deno.test("untold: where the Subnet is gone by then, nobody is told an address of it", () => {
  const lab = untold();
  before(lab, "get", Pod.kind, () => {
    lab.strip(Subnet, "sn2");
    lab.delete(Subnet, "sn2");
  });
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.kept(), lab.claims("sn2")], [undefined, [], {}]);
  lab.subnet("sn2", { cidrBlock: "10.69.0.0/24" });
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.69.0.2");
  lab.atRest();
});

Deno.test("untold: where another Subnet has its name by then, neither", () => {
  const lab = untold();
  before(lab, "get", Pod.kind, () => {
    lab.strip(Subnet, "sn2");
    lab.delete(Subnet, "sn2");
    lab.subnet("sn2", { cidrBlock: "10.69.0.0/24" });
  });
  lab.settle();
  assertEquals([lab.addressOf("app/web-0"), lab.claims("sn2")], ["10.69.0.2", { "10.69.0.2": "web-0.app" }]);
  lab.atRest();
});

Deno.test("untold: where the Subnet is going by then, it waits for the pod that has an address of it", () => {
  const lab = untold();
  before(lab, "get", Pod.kind, () => lab.delete(Subnet, "sn2"));
  lab.settle();
  assertEquals(lab.addressOf("app/web-0"), "10.67.0.2");
  lab.atRest();
});

/**
 * The same, but the Subnet was asked to go right before the first pod's record was created, and another replica had listed its
 * claims by then. @returns the request with which that one lets the Subnet go, which is late
 */
function lateRemoval(): { readonly lab: Workloads; readonly late: Request } {
  const lab = workloads({ making: false }), set = lab.set("web", { replicas: 1 });
  let late: Request | undefined;
  lab.intercept = ({ verb, resource }) => {
    if (verb === "create" && resource.kind === IP.kind && !late) {
      lab.delete(Subnet, "sn2");
      late = removalOf(lab);
    }
    if (late && verb === "get" && resource.kind === Subnet.kind) throw new Crash();
    return undefined;
  };
  lab.member("web-0", set, { logical_switch: "sn2" });
  untilCrash(() => lab.settle());
  lab.intercept = () => undefined;
  assertEquals(lab.claims("sn2"), { "10.67.0.2": "web-0.app" });
  lab.kill("app/web-0");
  lab.member("web-0", set, { logical_switch: "sn2" });
  return { lab, late: late! };
}

/** What another replica sends to take our finalizer off, not received yet. */
function removalOf({ server }: Workloads): Request {
  let sent: Request | undefined;
  const other = new Lab({ server, rules, kinds, tables, projections, replica: "b" });
  other.intercept = (request) => {
    if (request.verb !== "patch" || request.resource.kind !== Subnet.kind) return undefined;
    sent = request;
    throw new Crash();
  };
  untilCrash(() => other.settle());
  return sent!;
}

function untilCrash(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

for (const [verb, kind] of [["merge", Subnet.kind], ["apply", IP.kind], ["apply", Pod.kind]] as const) {
  Deno.test(`untold: a Subnet that is let go right before ${verb} ${kind}, by whoever listed its claims before there was one: no pod is told an address of nothing`, () => {
    const { lab, late } = lateRemoval();
    let done = false;
    lab.intercept = (request) => {
      // What it says of itself would help, but nobody may rely on it.
      if ("subresource" in request && request.subresource === "status") {
        return { outcome: "transient", status: 500, reason: "", message: "" };
      }
      if (!done && request.verb === verb && request.resource.kind === kind) {
        done = true;
        lab.server.execute(late);
      }
      return undefined;
    };
    lab.restart();
    lab.settle();
    assertEquals(done, true);
    const told = lab.addressOf("app/web-0");
    assertEquals(
      [told, lab.get(Subnet, "sn2") !== undefined],
      told ? ["10.67.0.2", true] : [undefined, false],
    );
    lab.intercept = () => undefined;
    lab.settle();
    assertEquals(Object.keys(lab.claims("sn2")), told ? [told] : []);
    lab.atRest();
  });
}
