/** Controllers on one sandbox, run to rest: what no single handler can show. */
import { assert, assertEquals } from "@std/assert";
import { seeds, tables } from "../../controllers/mod.ts";
import { Namespace, Node, Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { definitions, kinds } from "../../crds/mod.ts";
import { projections } from "../../crds/projections.ts";
import { rules } from "../../crds/rules.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Condition, Key } from "../../reconcile/kind.ts";
import { ApiServer } from "../../sandbox/server.ts";
import { Lab } from "../lab.ts";

const SECONDS = 1000;

/** A cluster that has come to rest with the default Vpc, the default and the join Subnet. */
function cluster(): Lab {
  let uids = 0, seconds = 0;
  const server = new ApiServer({
    now: () => new Date(Date.UTC(2026, 0, 1) + seconds++ * SECONDS).toISOString(),
    uid: () => `uid-${uids++}`,
    definitions,
  });
  return new Lab({ server, rules, kinds, tables, projections, seeds: seeds() }).settle({ ms: 10 * SECONDS });
}

const settle = (lab: Lab) => lab.settle({ ms: 60 * SECONDS });

function subnet(lab: Lab, name: string, spec: Subnet["spec"]): void {
  lab.create(Subnet, { apiVersion: Subnet.apiVersion, kind: "Subnet", metadata: { name }, spec });
}
function vpc(lab: Lab, name: string, spec: Vpc["spec"] = {}): void {
  lab.create(Vpc, { apiVersion: Vpc.apiVersion, kind: "Vpc", metadata: { name }, spec });
}
function namespace(lab: Lab, name: string, labels = {}): void {
  lab.create(Namespace, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
}
function pod(lab: Lab, key: Key, annotations = {}): void {
  const [namespace, name] = key.split("/");
  const spec = { containers: [{ name: "c", image: "i" }], nodeName: "n1" };
  lab.create(Pod, { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, annotations }, spec });
}
const switchOf = (lab: Lab, name: string) =>
  lab.get(Namespace, name)?.metadata.annotations?.["ovn.kubernetes.io/logical_switch"];
const addressOf = (lab: Lab, key: Key) =>
  lab.get(Pod, key)?.metadata.annotations?.["ovn.kubernetes.io/ip_address"];
function readyOf(lab: Lab, name: string): string | undefined {
  const conditions: readonly Condition[] = lab.get(Subnet, name)?.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready");
  return ready && `${ready.status} ${ready.reason}`;
}
/** As an administrator does who does not want to wait. */
function removeByForce(lab: Lab, kind: typeof Vpc | typeof Subnet, name: string): void {
  lab.delete(kind, name);
  if (lab.get(kind as typeof Vpc, name)) lab.merge(kind, name, { metadata: { finalizers: null } });
}

function writesNothingMore(lab: Lab): void {
  const mark = lab.sent.length;
  lab.engine.resync();
  settle(lab);
  assertEquals(lab.writes(mark), []);
  lab.restart();
  settle(lab);
  assertEquals(lab.writes(mark), []);
}

Deno.test("together: namespaces, nodes and pods are served; at rest nothing is written, nor after a restart", () => {
  const lab = cluster();
  namespace(lab, "app");
  lab.create(Node, { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
  subnet(lab, "sn1", { cidrBlock: "10.66.0.9/24", namespaces: ["app"] });
  settle(lab);
  pod(lab, "app/p");
  settle(lab);
  assertEquals(readyOf(lab, "sn1"), "True ResetLogicalSwitchAclSuccess");
  assertEquals(switchOf(lab, "app"), "sn1");
  assertEquals(addressOf(lab, "app/p"), "10.66.0.2");
  assertEquals(lab.get(Subnet, "sn1")?.status?.v4usingIPs, 1);
  assertEquals(lab.get(IP, "node-n1")?.spec.v4IpAddress, "100.64.0.2");
  writesNothingMore(lab);
});

Deno.test("together: by the time a Subnet turns Ready its namespaces were told and its counters are there", () => {
  const lab = cluster();
  namespace(lab, "app", { team: "red" });
  namespace(lab, "web");
  let ready: string | undefined;
  lab.server.store.listeners.add(({ object }) => {
    if (object.kind !== "Subnet" || object.metadata.name !== "sn1" || ready) return;
    const { conditions = [], v4availableIPs } = object.status ?? {};
    if (conditions.some((c: Condition) => c.type === "Ready" && c.status === "True")) {
      ready = `${switchOf(lab, "app")} ${switchOf(lab, "web")} ${v4availableIPs}`;
    }
  });
  subnet(lab, "sn1", {
    cidrBlock: "10.66.0.0/24",
    namespaces: ["web"],
    namespaceSelectors: [{ matchLabels: { team: "red" } }],
  });
  settle(lab);
  assertEquals(ready, "sn1 sn1 253");
});

Deno.test("together: a label binds a namespace, and its removal takes it back to the default", () => {
  const lab = cluster();
  subnet(lab, "sn1", { cidrBlock: "10.66.0.0/24", namespaceSelectors: [{ matchLabels: { team: "red" } }] });
  namespace(lab, "app");
  settle(lab);
  assertEquals(switchOf(lab, "app"), "ovn-default");
  lab.merge(Namespace, "app", { metadata: { labels: { team: "red" } } });
  settle(lab);
  assertEquals(switchOf(lab, "app"), "sn1");
  lab.merge(Namespace, "app", { metadata: { labels: { team: null } } });
  settle(lab);
  assertEquals(switchOf(lab, "app"), "ovn-default");
});

Deno.test("together: what somebody does to a namespace's annotations is put right", () => {
  const lab = cluster();
  namespace(lab, "app");
  settle(lab);
  const before = lab.get(Namespace, "app")?.metadata.annotations;
  const annotations = { "ovn.kubernetes.io/cidr": null, "ovn.kubernetes.io/exclude_ips": "x" };
  lab.merge(Namespace, "app", { metadata: { annotations } });
  settle(lab);
  assertEquals(lab.get(Namespace, "app")?.metadata.annotations, before);
});

Deno.test("together: an orphan is bound to nobody, is taken into use when its Vpc appears, and back when that goes (F3)", () => {
  const lab = cluster();
  namespace(lab, "n1");
  subnet(lab, "orphan", { cidrBlock: "10.66.0.0/24", vpc: "ghost", namespaces: ["n1"] });
  settle(lab);
  assertEquals([switchOf(lab, "n1"), readyOf(lab, "orphan")], ["ovn-default", "False VpcNotFound"]);
  vpc(lab, "ghost", { namespaces: ["n1"] });
  settle(lab);
  assertEquals([switchOf(lab, "n1"), readyOf(lab, "orphan")], [
    "orphan",
    "True ResetLogicalSwitchAclSuccess",
  ]);
  pod(lab, "n1/p");
  settle(lab);
  removeByForce(lab, Vpc, "ghost");
  settle(lab);
  assertEquals([switchOf(lab, "n1"), readyOf(lab, "orphan")], ["ovn-default", "False VpcNotFound"]);
  assertEquals(addressOf(lab, "n1/p"), "10.66.0.2");
  lab.delete(Pod, "n1/p", { gracePeriodSeconds: 0 });
  lab.delete(Subnet, "orphan");
  settle(lab);
  assertEquals([lab.get(Subnet, "orphan"), lab.get(IP, "p.n1")], [undefined, undefined]);
});

Deno.test("together: pods created while the default Subnet cannot be used get their addresses when it can", () => {
  const lab = cluster();
  namespace(lab, "app");
  settle(lab);
  removeByForce(lab, Vpc, "ovn-cluster");
  settle(lab);
  pod(lab, "app/p");
  settle(lab);
  assertEquals(addressOf(lab, "app/p"), undefined);
  vpc(lab, "ovn-cluster");
  settle(lab);
  assertEquals(addressOf(lab, "app/p"), "10.16.0.2");
});

Deno.test("together: of two overlapping Subnets the first wins, also when both come at once; the second follows when it goes", () => {
  const lab = cluster();
  subnet(lab, "first", { cidrBlock: "10.66.0.0/24" });
  subnet(lab, "second", { cidrBlock: "10.66.0.128/25" });
  settle(lab);
  const lost = "False ValidateLogicalSwitchFailed";
  assertEquals([readyOf(lab, "first"), readyOf(lab, "second")], ["True ResetLogicalSwitchAclSuccess", lost]);
  assertEquals(lab.get(Subnet, "second")?.metadata.finalizers, undefined);
  writesNothingMore(lab);
  lab.delete(Subnet, "first");
  settle(lab);
  assertEquals(readyOf(lab, "second"), "True ResetLogicalSwitchAclSuccess");
});

Deno.test("together: an edit under which claims would fall out is refused in words until it is put right", () => {
  const lab = cluster();
  namespace(lab, "app");
  subnet(lab, "sn1", { cidrBlock: "10.66.0.0/24", namespaces: ["app"] });
  settle(lab);
  pod(lab, "app/p", { "ovn.kubernetes.io/ip_address": "10.66.0.200" });
  settle(lab);
  lab.merge(Subnet, "sn1", { spec: { cidrBlock: "10.66.0.0/25" } });
  settle(lab);
  assertEquals(readyOf(lab, "sn1"), "False ValidateLogicalSwitchFailed");
  assertEquals(addressOf(lab, "app/p"), "10.66.0.200");
  lab.delete(Pod, "app/p", { gracePeriodSeconds: 0 });
  settle(lab);
  assertEquals(readyOf(lab, "sn1"), "True ResetLogicalSwitchAclSuccess");
  assertEquals(switchOf(lab, "app"), "sn1");
});

Deno.test("together: a node that is created anew under its name keeps its address", () => {
  const lab = cluster();
  const create = () => lab.create(Node, { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } });
  create();
  settle(lab);
  const before = lab.get(IP, "node-n1");
  lab.delete(Node, "n1");
  create();
  settle(lab);
  assertEquals(lab.get(IP, "node-n1")?.metadata.uid, before?.metadata.uid);
  assertEquals(
    lab.get(Node, "n1")?.metadata.annotations?.["ovn.kubernetes.io/ip_address"],
    before?.spec.v4IpAddress,
  );
  lab.delete(Node, "n1");
  settle(lab);
  assertEquals(lab.get(IP, "node-n1"), undefined);
});

Deno.test("together: a user's edit is never overwritten by what was planned before it", () => {
  const lab = cluster();
  let edited = false;
  lab.intercept = (request) => {
    if (!edited && request.verb === "merge" && request.resource.kind === "Subnet") {
      edited = true;
      lab.merge(Subnet, "sn1", { spec: { cidrBlock: "10.77.0.0/24" } });
    }
    return undefined;
  };
  subnet(lab, "sn1", { cidrBlock: "10.66.0.9/24" });
  settle(lab);
  assert(edited);
  assertEquals(lab.get(Subnet, "sn1")?.spec.cidrBlock, "10.77.0.0/24");
});
