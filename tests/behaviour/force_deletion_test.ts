/** A pod that was deleted by force may run on for a while. @see S14 */
import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { type Cluster, cluster } from "./cluster.ts";

const MINUTE = 60_000;

/** A Subnet with addresses .2 to .6; those of pods `a`, `b` and `c` are .2, .3 and .4, and nothing is fresh. */
function used(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29", namespaces: ["default"] });
  lab.settle();
  for (const name of ["a", "b", "c", "d", "e"]) {
    lab.pod(`default/${name}`);
    lab.status(Pod, `default/${name}`, { phase: "Running" });
    lab.settle();
  }
  for (const name of ["d", "e"]) lab.finish(`default/${name}`);
  return lab.settle();
}

Deno.test("force deletion: the address is free at once, and drawn last of all", () => {
  const lab = used();
  lab.kill("default/a");
  lab.settle({ ms: 1_000 });
  assertEquals(Object.keys(lab.claims("sn")), ["10.66.0.3", "10.66.0.4"]);
  for (const name of ["x", "y", "z"]) {
    lab.pod(`default/${name}`);
    lab.settle({ ms: 1_000 });
  }
  assertEquals(lab.addresses("x", "y", "z"), ["10.66.0.5", "10.66.0.6", "10.66.0.2"]);
  lab.atRest();
});

Deno.test("force deletion: after a minute its address is like any other", () => {
  const lab = used();
  lab.kill("default/a");
  lab.settle({ ms: MINUTE });
  lab.pod("default/x");
  lab.settle();
  assertEquals(lab.addresses("x"), ["10.66.0.2"]);
});

Deno.test("force deletion: a clock that is set forward ends no rest", () => {
  const lab = used();
  lab.kill("default/a");
  lab.settle({ ms: 1_000 });
  lab.setForward({ hours: 1 });
  lab.settle({ ms: 2_000 });
  lab.pod("default/x");
  lab.settle({ ms: 1_000 });
  assertEquals(lab.addresses("x"), ["10.66.0.5"]);
});

Deno.test("force deletion: who asks for the address gets it", () => {
  const lab = used();
  lab.kill("default/a");
  lab.settle({ ms: 1_000 });
  lab.pod("default/x", { ip_address: "10.66.0.2" });
  lab.settle();
  assertEquals(lab.addresses("x"), ["10.66.0.2"]);
});
