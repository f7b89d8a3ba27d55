/** F1: what a pod was given goes with it, whatever else has gone before. */
import { NETWORKS } from "../../../crds/annotations.ts";
import { Namespace, NetworkAttachmentDefinition } from "../../../crds/foreign.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { Subnet } from "../../../crds/subnet.ts";
import type { Action } from "../action.ts";
import { created, deleted, edited, killed, pod, type Stage, story, subnet, testBed } from "./story.ts";

const PODS = ["app/p0", "app/p1", "app/p2"];

story(
  "F1: pods and their Subnet are deleted together while the pods are still being told",
  function* (stage) {
    yield* testBed();
    for (const key of PODS) yield pod(key);
    yield* stage.meanwhile();
    yield deleted(Subnet, "sn1");
    for (const key of PODS) {
      yield killed(key);
      yield* stage.meanwhile();
    }
  },
);

story(
  "F1: a Subnet that is deleted first stays until its last pod is gone, and gives nothing out",
  function* (stage) {
    yield* testBed();
    yield pod("app/p0");
    yield* stage.rest();
    yield deleted(Subnet, "sn1");
    yield* stage.meanwhile();
    yield pod("app/p1", { "ovn.kubernetes.io/logical_switch": "sn1" });
    yield* stage.rest();
    yield killed("app/p0");
    yield* stage.rest();
    yield subnet("sn1", { cidrBlock: "10.66.1.0/28", namespaces: ["app"] });
  },
);

story("F1: a Subnet that was freed by force takes no record with it", function* (stage) {
  yield* testBed();
  for (const key of PODS) yield pod(key);
  yield* stage.rest();
  yield deleted(Subnet, "sn1");
  yield edited(Subnet, "sn1", { metadata: { finalizers: null } });
  yield* stage.meanwhile();
  for (const key of PODS) yield killed(key);
});

function* attached(stage: Stage): Iterable<Action> {
  yield* testBed();
  yield subnet("sn2", { cidrBlock: "10.67.0.0/28", provider: "net1.app.ovn" });
  yield created(IPPool, {
    metadata: { name: "gold" },
    spec: { subnet: "sn1", ips: ["10.66.0.8..10.66.0.9"] },
  });
  yield created(NetworkAttachmentDefinition, {
    metadata: { name: "net1", namespace: "app" },
    spec: { config: JSON.stringify({ type: "kube-ovn" }) },
  });
  yield* stage.rest();
  yield pod("app/p0", { [NETWORKS]: "net1", "ovn.kubernetes.io/ip_pool": "gold" });
  yield* stage.rest();
}

const PARTS: readonly (readonly Action[])[] = [
  [deleted(NetworkAttachmentDefinition, "app/net1")],
  [deleted(Subnet, "sn1"), deleted(Subnet, "sn2"), deleted(IPPool, "gold")],
  [killed("app/p0")],
];
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;

for (const order of ORDERS) {
  const parts = order.map((i) => ["the network", "Subnets and pool", "the pod"][i]).join(", then ");
  story(`F1: a pod of two interfaces leaves none behind: ${parts}`, function* (stage) {
    yield* attached(stage);
    for (const i of order) {
      yield* PARTS[i]!;
      yield* stage.meanwhile();
    }
  });
}

story("F1: a namespace takes its pods' addresses along", function* (stage) {
  yield* attached(stage);
  yield deleted(Namespace, "app");
  yield* stage.meanwhile();
  yield deleted(Subnet, "sn1");
});

story("F1: what happened while the operator was away is put right when it comes back", function* (stage) {
  yield* attached(stage);
  yield* stage.without([
    killed("app/p0"),
    deleted(NetworkAttachmentDefinition, "app/net1"),
    deleted(Subnet, "sn1"),
    deleted(Subnet, "sn2"),
    deleted(Namespace, "app"),
  ]);
});
