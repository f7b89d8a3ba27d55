import { assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { ledger } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Store } from "../../reconcile/store.ts";

/** A pod that shows an address of `sn`, or none. */
function pod(name: string, { uid = name, phase = "Running", address = "" } = {}): Pod {
  const prefix = "ovn.kubernetes.io/";
  const annotations = {
    [`${prefix}allocated`]: "true",
    [`${prefix}logical_switch`]: "sn",
    [`${prefix}ip_address`]: address,
  };
  const metadata = { name, namespace: "default", uid, ...(address ? { annotations } : {}) };
  return { kind: Pod.kind, metadata, spec: { nodeName: "n1" }, status: { phase } } as unknown as Pod;
}

/** Which of .2 and .3 is drawn next: pod `a` has shown .2, and `b`, which has finished, .3. */
function nextAfter(what: (store: Store) => void): string | undefined {
  const store = new Store({ ...rules, projections: [ledger], finalizers: [], census: [] });
  const spec = { cidrBlock: "10.66.0.0/29", excludeIps: ["10.66.0.4..10.66.0.6"] };
  store.observe(Subnet, { metadata: { name: "sn", uid: "sn", generation: 1 }, spec } as unknown as Subnet);
  store.observe(Pod, pod("a", { address: "10.66.0.2" }));
  store.observe(Pod, pod("b", { address: "10.66.0.3" }));
  store.observe(Pod, pod("b", { address: "10.66.0.3", phase: "Succeeded" }));
  what(store);
  return store.projection(ledger, "sn").next(4);
}

Deno.test("what a pod has shown whose end nobody saw is drawn last, also where another one has its name by now", () => {
  assertEquals(nextAfter((store) => store.replace(Pod, [], "2")), "10.66.0.3");
  assertEquals(nextAfter((store) => store.observe(Pod, pod("a", { uid: "another" }))), "10.66.0.3");
});

Deno.test("what a pod has shown that has finished is drawn like anything else", () => {
  const finished = pod("a", { address: "10.66.0.2", phase: "Succeeded" });
  assertEquals(nextAfter((store) => store.observe(Pod, finished)), "10.66.0.2");
});
