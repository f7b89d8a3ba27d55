/** StatefulSets whose pods have several interfaces. @see #2938, F0 */
import { assertEquals } from "@std/assert";
import { NETWORKS } from "../../crds/annotations.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { MULTUS } from "../../sandbox/foreign.ts";
import { type Workloads, workloads } from "./workloads.ts";

const template = (networks: string | null) => ({
  metadata: { labels: { app: "web" }, annotations: { [NETWORKS]: networks } },
  spec: { containers: [{ name: "c", image: "i" }] },
});

/** Pods `web-0` and `web-1` with the default network and `net1`. */
function web(): Workloads {
  const lab = workloads({ served: [MULTUS] });
  lab.subnet("one", { cidrBlock: "10.70.0.0/24", provider: "net1.app.ovn" });
  lab.network("app/net1");
  lab.settle();
  lab.set("web", { replicas: 2, template: template("net1") } as StatefulSet["spec"]);
  return lab.settle();
}

const livesOf = (lab: Workloads, pod: string) =>
  [`${pod}.app`, `${pod}.app.net1.app.ovn`].map((name) => {
    const { metadata, spec } = lab.get(IP, name) ?? {};
    return [metadata?.uid, spec?.v4IpAddress, spec?.macAddress];
  });
const attached = (lab: Workloads, pod: string) => lab.toldOn(`app/${pod}`, "net1.app.ovn").ip_address;

Deno.test("several interfaces of a StatefulSet's pod: its successor has all addresses, MACs and records", () => {
  const lab = web(), before = livesOf(lab, "web-1");
  assertEquals([lab.addressOf("app/web-1"), attached(lab, "web-1")], before.map(([, address]) => address));
  for (let life = 0; life < 2; life++) {
    lab.renew("web-1");
    lab.settle();
    assertEquals(livesOf(lab, "web-1"), before);
    assertEquals([lab.addressOf("app/web-1"), attached(lab, "web-1")], before.map(([, address]) => address));
  }
  assertEquals(lab.warnings(Pod, "app/web-1"), []);
  lab.atRest();
});

Deno.test("several interfaces of a StatefulSet's pod: scaled down, every one is given back", () => {
  const lab = web();
  lab.edit("web", { replicas: 1 });
  lab.settle();
  assertEquals(lab.records().filter((name) => name.startsWith("web-")), [
    "web-0.app",
    "web-0.app.net1.app.ovn",
  ]);
  assertEquals(Object.keys(lab.claims("one")).length, 1);
  lab.atRest();
});

Deno.test("several interfaces of a StatefulSet's pod: one that its template names no more goes with the next pod", () => {
  const lab = web(), [first] = livesOf(lab, "web-0");
  lab.edit("web", { template: template(null) });
  lab.settle();
  assertEquals(Object.keys(lab.claims("one")).length, 2);
  lab.renew("web-0");
  lab.settle();
  assertEquals(livesOf(lab, "web-0")[0], first);
  assertEquals(Object.values(lab.claims("one")), ["web-1.app.net1.app.ovn"]);
  lab.atRest();
});
