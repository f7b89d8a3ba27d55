/** When a pod gives its addresses back. @see F1 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** Pod `app/p` has 10.66.0.2 of Subnet `sn`. */
function served(asking: Readonly<Record<string, string>> = {}): Cluster {
  const lab = cluster();
  lab.namespace("app");
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  lab.settle();
  lab.pod("app/p", asking);
  return lab.settle();
}

Deno.test("release: a pod that is going keeps its address until its object is gone", () => {
  const lab = served();
  lab.delete(Pod, "app/p", { gracePeriodSeconds: 30 });
  lab.settle({ ms: 3_600_000 });
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.app" });
  lab.kill("app/p");
  lab.settle();
  lab.nothingLeft();
});

Deno.test("release: a pod deleted by force gives its address back at once", () => {
  const lab = served();
  lab.kill("app/p");
  lab.settle();
  lab.nothingLeft();
});

for (const phase of ["Succeeded", "Failed"] as const) {
  Deno.test(`release: a pod that ${phase} gives its address back although its object stays`, () => {
    const lab = served({ ip_address: "10.66.0.9" });
    lab.finish("app/p", phase);
    lab.settle();
    assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
    lab.pod("app/next", { ip_address: "10.66.0.9" });
    lab.settle();
    assertEquals(lab.addressOf("app/next"), "10.66.0.9");
    lab.kill("app/p");
    lab.settle();
    assertEquals(lab.claims("sn"), { "10.66.0.9": "next.app" });
    lab.atRest();
  });
}

Deno.test("release: an evicted pod gives its address back", () => {
  const lab = served();
  lab.finish("app/p", "Failed", "Evicted");
  lab.settle();
  lab.nothingLeft();
});

Deno.test("release: a lost node releases nobody until its pods are removed or made Failed", () => {
  const lab = served();
  lab.node("n1");
  lab.settle();
  lab.delete(Node, "n1");
  lab.delete(Pod, "app/p", { gracePeriodSeconds: 30 });
  lab.settle({ ms: 600_000 });
  assertEquals(lab.claims("sn"), { "10.66.0.2": "p.app" });
  lab.finish("app/p", "Failed", "NodeLost");
  lab.settle();
  lab.nothingLeft();
});

Deno.test("release: a pod created anew under its name is another pod, with another MAC and record", () => {
  const lab = served();
  const before = lab.get(IP, "p.app")!, mac = lab.told(Pod, "app/p").mac_address;
  lab.kill("app/p");
  lab.pod("app/p");
  lab.settle();
  assertNotEquals(lab.told(Pod, "app/p").mac_address, mac);
  assertNotEquals(lab.get(IP, "p.app")?.metadata.uid, before.metadata.uid);
  assertEquals(lab.records(), ["p.app"]);
  assertEquals(Object.values(lab.claims("sn")), ["p.app"]);
  lab.atRest();
});

Deno.test("release: so it is where the pod was created anew while nobody was running", () => {
  const lab = served();
  const mac = lab.told(Pod, "app/p").mac_address;
  lab.kill("app/p");
  lab.pod("app/p");
  lab.start();
  assertMatch(lab.addressOf("app/p")!, /^10\.66\.0\./);
  assertNotEquals(lab.told(Pod, "app/p").mac_address, mac);
  assertEquals(Object.values(lab.claims("sn")), ["p.app"]);
  lab.atRest();
});

Deno.test("release: a pod created anew under its name with another fixed address simply works", () => {
  const lab = served({ ip_address: "10.66.0.9" });
  lab.kill("app/p");
  lab.pod("app/p", { ip_address: "10.66.0.10" });
  lab.settle();
  assertEquals([lab.addressOf("app/p"), lab.claims("sn")], ["10.66.0.10", { "10.66.0.10": "p.app" }]);
  lab.atRest();
});

Deno.test("release: pods that went while nobody was running are found at the start", () => {
  const lab = served();
  lab.kill("app/p");
  lab.start();
  lab.nothingLeft();
});
