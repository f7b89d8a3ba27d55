/** What somebody else does between two requests of one commit; each of these guards was found to be needed by a history. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { OWNER_KEY, OWNER_UID, podKey, SUBNET_UID, WITHDRAWN } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { classify } from "../../kube/outcome.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Lab } from "../lab.ts";
import { toy } from "./toy.ts";

function shelf(): Lab {
  const lab = toy();
  lab.create(Vpc, { metadata: { name: "ovn-cluster" } });
  lab.create(Subnet, { metadata: { name: "s" }, spec: { cidrBlock: "10.0.0.0/24" } });
  return lab.settle();
}

function addPod(lab: Lab): void {
  lab.create(Pod, {
    metadata: { name: "a", namespace: "default" },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
}

interface Moment {
  /** Any of these. */
  readonly verbs: readonly string[];
  readonly kind: Kind;
  /** The API server has acted on it already, and its answer is on the way. */
  readonly answered?: boolean;
}

/** Somebody else acts once, when such a request is sent. */
function meanwhile(lab: Lab, { verbs, kind, answered = false }: Moment, act: () => void): void {
  let done = false;
  lab.intercept = (request) => {
    if (done || !verbs.includes(request.verb) || request.resource.kind !== kind.kind) return undefined;
    done = true;
    const answer = answered ? classify(request, lab.server.execute(request)) : undefined;
    act();
    return answer;
  };
}

const answersTo = (lab: Lab, verb: string, kind: Kind) =>
  lab.sent.filter(({ request }) => request.verb === verb && request.resource.kind === kind.kind)
    .map(({ answer }) => answer.outcome);

Deno.test("a pod that was written since it was seen, as a fence does, is told only after another look", () => {
  const lab = shelf();
  addPod(lab);
  meanwhile(lab, { verbs: ["get"], kind: IP }, () => {
    lab.merge(Pod, "default/a", { metadata: { annotations: { [WITHDRAWN]: "7" } } });
  });
  lab.settle({ ms: 10_000 });
  assertEquals(answersTo(lab, "apply", Pod), ["conflict", "ok"]);
});

Deno.test("a record that was adopted after its owner was seen to be gone is not deleted", () => {
  const lab = shelf();
  addPod(lab);
  lab.settle();
  lab.delete(Pod, "default/a");
  meanwhile(lab, { verbs: ["get"], kind: Pod, answered: true }, () => {
    lab.merge(IP, "a.default", { metadata: { annotations: { [OWNER_UID]: "another" } } });
  });
  lab.settle();
  assertEquals(answersTo(lab, "delete", IP)[0], "conflict");
});

Deno.test("a claim that turns out to be ours at the second look costs us no record", () => {
  const lab = shelf();
  addPod(lab);
  const claim = (name: string, uid: string) =>
    lab.create(AddressClaim, {
      metadata: { name: "s.10.0.0.9" },
      spec: {
        subnet: "s",
        subnetUid: lab.get(Subnet, "s")!.metadata.uid,
        address: "10.0.0.9",
        holder: { kind: "IP", name, uid },
        ownerKey: "default/a",
      },
    });
  meanwhile(lab, { verbs: ["create"], kind: AddressClaim }, () => {
    claim("b.default", "another");
    meanwhile(lab, { verbs: ["apply"], kind: IP }, () => {
      lab.delete(AddressClaim, "s.10.0.0.9");
      claim("a.default", lab.get(IP, "a.default")!.metadata.uid);
    });
  });
  lab.settle({ ms: 10_000 });
  assertEquals(answersTo(lab, "delete", IP), []);
  assertEquals(lab.get(Pod, "default/a")!.metadata.annotations?.[podKey("ovn", "ip_address")], "10.0.0.9");
});

Deno.test("a finalizer that somebody adds while we add ours stays", () => {
  const lab = toy(), theirs = "example.com/hold";
  lab.create(Vpc, { metadata: { name: "ovn-cluster" } });
  lab.settle();
  lab.create(Subnet, { metadata: { name: "s" }, spec: { cidrBlock: "10.0.0.0/24" } });
  meanwhile(lab, { verbs: ["apply", "merge", "patch"], kind: Subnet }, () => {
    lab.merge(Subnet, "s", { metadata: { finalizers: [theirs] } });
  });
  lab.settle();
  assertEquals(lab.get(Subnet, "s")!.metadata.finalizers?.toSorted(), [theirs, FINALIZER].sort());
});

Deno.test("of two replicas that chose for one pod, the record that was there first decides", () => {
  const lab = shelf();
  addPod(lab);
  meanwhile(lab, { verbs: ["create"], kind: IP }, () => {
    const { uid } = lab.get(Pod, "default/a")!.metadata, subnetUid = lab.get(Subnet, "s")!.metadata.uid;
    const annotations = { [OWNER_UID]: uid, [OWNER_KEY]: "default/a", [SUBNET_UID]: subnetUid };
    lab.create(IP, {
      metadata: { name: "a.default", annotations },
      spec: { subnet: "s", v4IpAddress: "10.0.0.7" },
    });
  });
  lab.settle();
  assertEquals(lab.list(AddressClaim).map(({ metadata }) => metadata.name), ["s.10.0.0.7"]);
  assertEquals(lab.get(Pod, "default/a")!.metadata.annotations?.[podKey("ovn", "ip_address")], "10.0.0.7");
});

Deno.test("a pod is not told what is another's by the time its record is confirmed", () => {
  const lab = shelf();
  addPod(lab);
  meanwhile(lab, { verbs: ["get"], kind: IP }, () => {
    lab.merge(IP, "a.default", { metadata: { annotations: { [OWNER_UID]: "another" } } });
  });
  lab.settle();
  // The other one does not exist: the record goes first, and the pod gets one of its own.
  const writes = lab.writes();
  assertEquals(writes.indexOf("apply Pod/default/a") > writes.indexOf("delete IP/a.default"), true);
});
