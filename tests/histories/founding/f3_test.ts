/** F3: an orphaned Subnet harms nobody but itself. */
import { Namespace } from "../../../crds/foreign.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { created, deleted, edited, pod, story, subnet, testBed } from "./story.ts";

const namespace = (name: string) => created(Namespace, { metadata: { name } });
const ghost = created(Vpc, { metadata: { name: "ghost" }, spec: { namespaces: ["n1"] } });

for (const orphan of ["a-orphan", "n-orphan", "z-orphan"]) {
  story(`F3: namespaces are bound while ${orphan} names a Vpc that is not there`, function* (stage) {
    yield subnet(orphan, { cidrBlock: "10.70.0.0/28", vpc: "ghost" });
    yield* stage.meanwhile();
    yield namespace("n1");
    yield subnet("m-healthy", { cidrBlock: "10.71.0.0/28", namespaces: ["n2"] });
    yield* stage.meanwhile();
    yield namespace("n2");
    yield pod("n1/p0");
    yield pod("n2/p0");
  });
}

story(
  "F3: a namespace that only an orphan names has the default network until its Vpc comes",
  function* (stage) {
    yield namespace("n1");
    yield subnet("orphan", { cidrBlock: "10.70.0.0/28", vpc: "ghost", namespaces: ["n1"] });
    yield* stage.meanwhile();
    yield pod("n1/p0");
    yield* stage.rest();
    yield ghost;
    yield* stage.meanwhile();
    yield pod("n1/p1");
    yield* stage.rest();
    yield edited(Vpc, "ghost", { spec: { namespaces: null } });
  },
);

story("F3: a selector that nobody understands breaks its own Subnet only", function* (stage) {
  yield* testBed();
  yield subnet("bogus", {
    cidrBlock: "10.70.0.0/28",
    namespaceSelectors: [{ matchExpressions: [{ key: "a", operator: "Bogus" }] }],
  });
  yield* stage.meanwhile();
  yield namespace("n1");
  yield pod("n1/p0");
});

story("F3: a Vpc waits for its Subnets, also for those that are going or came late", function* (stage) {
  yield namespace("n1");
  yield ghost;
  yield subnet("sn1", { vpc: "ghost", namespaces: ["n1"] });
  yield* stage.rest();
  yield pod("n1/p0");
  yield* stage.meanwhile();
  yield deleted(Vpc, "ghost");
  yield subnet("sn2", { cidrBlock: "10.67.0.0/28", vpc: "ghost", namespaces: ["n1"] });
  yield* stage.meanwhile();
  yield deleted(Subnet, "sn1");
});

story("F3: a Vpc that was freed by force leaves orphans, and their pods what they have", function* (stage) {
  yield namespace("n1");
  yield ghost;
  yield subnet("sn1", { vpc: "ghost", namespaces: ["n1"] });
  yield* stage.rest();
  yield pod("n1/p0");
  yield* stage.rest();
  yield deleted(Vpc, "ghost");
  yield edited(Vpc, "ghost", { metadata: { finalizers: null } });
  yield* stage.meanwhile();
  yield namespace("n2");
  yield pod("n2/p0");
});

story("F3: what somebody wrote over a namespace's annotations is put right", function* (stage) {
  yield* testBed();
  yield* stage.rest();
  for (const key of ["logical_switch", "cidr", "exclude_ips"]) {
    yield edited(Namespace, "app", {
      metadata: { annotations: { [`ovn.kubernetes.io/${key}`]: "nonsense" } },
    });
    yield* stage.meanwhile();
  }
});
