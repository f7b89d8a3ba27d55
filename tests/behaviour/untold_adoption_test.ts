/** A record whose first pod ended before it was told: what its successor must see for itself. @see FAULTS §4.2, step 1b */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
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
  try {
    lab.settle();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
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
