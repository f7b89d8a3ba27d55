import { assertEquals, assertStringIncludes } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { MARK, OWNER_KEY, OWNER_UID, podKey, SUBNET_UID, WITHDRAWN } from "../../crds/annotations.ts";
import { Pod } from "../../crds/foreign.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Answer, Request } from "../../kube/api.ts";
import type { Lab } from "../lab.ts";
import { toy } from "./toy.ts";

const ADDRESS = podKey("ovn", "ip_address");

/** A Vpc and a Subnet that are guarded and ready. */
function shelf(lab: Lab = toy()): Lab {
  lab.create(Vpc, { metadata: { name: "ovn-cluster" } });
  lab.create(Subnet, { metadata: { name: "s" }, spec: { cidrBlock: "10.0.0.0/24" } });
  return lab.settle();
}

function addPod(lab: Lab, name: string, last = "9"): void {
  lab.create(Pod, {
    metadata: { name, namespace: "default", annotations: { [podKey("ovn", "ip_pool")]: last } },
    spec: { containers: [{ name: "c", image: "i" }] },
  });
}

const answer = (outcome: Answer["outcome"], status = 0): Answer => ({
  outcome,
  status,
  reason: "",
  message: outcome,
});
const asks = (request: Request, verb: string, kind: string) =>
  request.verb === verb && request.resource.kind === kind;

Deno.test("a pod costs a record, a claim and an annotation, and gives two of them back", () => {
  const lab = shelf(), before = lab.sent.length;
  addPod(lab, "a");
  lab.settle();
  assertEquals(lab.writes(before), [
    "create IP/a.default",
    "create AddressClaim/s.10.0.0.9",
    "apply Pod/default/a",
  ]);
  const held = lab.sent.length;
  lab.delete(Pod, "default/a");
  lab.settle();
  assertEquals(lab.writes(held), ["delete IP/a.default", "delete AddressClaim/s.10.0.0.9"]);
});

Deno.test("at rest, looking at everything again writes nothing, and neither does a restart", () => {
  const lab = shelf();
  for (const [i, name] of ["a", "b", "c"].entries()) addPod(lab, name, String(20 + i));
  lab.settle({ ms: 5000 });
  const before = lab.sent.length;
  lab.engine.resync();
  lab.settle({ ms: 5000 });
  lab.restart();
  lab.settle({ ms: 5000 });
  assertEquals(lab.writes(before), []);
});

Deno.test("of two pods that want the same thing one is told and the other gives its record up", () => {
  const lab = shelf();
  lab.engine.lead(false);
  addPod(lab, "a");
  addPod(lab, "b");
  lab.engine.lead(true);
  lab.settle();
  const told = lab.list(Pod).filter((pod) => pod.metadata.annotations?.[ADDRESS]);
  assertEquals(told.length, 1);
  assertEquals(lab.list(AddressClaim).map((claim) => claim.spec.holder.name), [
    `${told[0]!.metadata.name}.default`,
  ]);
});

Deno.test("a write whose answer was lost is looked up, not made twice", () => {
  const lab = shelf();
  const all = [["create", "IP"], ["create", "AddressClaim"], ["apply", "Pod"]] as const;
  for (const [i, [verb, kind]] of all.entries()) {
    const name = `${verb}-${kind}`.toLowerCase();
    let lost = false;
    lab.intercept = (request) => {
      if (lost || !asks(request, verb, kind)) return undefined;
      lost = true;
      lab.server.execute(request);
      return answer("unknown");
    };
    addPod(lab, name, String(30 + i));
    lab.settle({ ms: 60_000 });
    assertEquals(lost, true);
    assertEquals(
      lab.get(Pod, `default/${name}`)?.metadata.annotations?.[ADDRESS],
      `10.0.0.${30 + i}`,
    );
  }
  assertEquals(lab.list(IP).length, 3);
  assertEquals(lab.list(AddressClaim).length, 3);
});

Deno.test("a subnet that begins to go between the claim and the live read is not published from", () => {
  const lab = shelf();
  lab.intercept = (request) => {
    if (asks(request, "create", "AddressClaim")) lab.delete(Subnet, "s");
    return undefined;
  };
  addPod(lab, "a");
  lab.settle({ ms: 1000 });
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[ADDRESS], undefined);
});

Deno.test("a mark that somebody left on the record is cleared before the pod is told", () => {
  const lab = shelf();
  lab.intercept = (request) => {
    if (asks(request, "create", "AddressClaim")) {
      lab.merge(IP, "a.default", { metadata: { annotations: { [MARK]: "another-replica" } } });
    }
    return undefined;
  };
  addPod(lab, "a");
  lab.settle({ ms: 1000 });
  assertEquals(lab.get(IP, "a.default")?.metadata.annotations?.[MARK], "");
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[ADDRESS], "10.0.0.9");
});

Deno.test("a record is not deleted while its pod cannot be read", () => {
  const lab = shelf();
  addPod(lab, "a");
  lab.settle();
  lab.intercept = (request) => asks(request, "get", "Pod") ? answer("transient", 500) : undefined;
  lab.delete(Pod, "default/a");
  lab.settle({ ms: 60_000 });
  assertEquals(lab.list(IP).length, 1);
  lab.intercept = () => undefined;
  lab.settle({ ms: 60_000 });
  assertEquals(lab.list(IP).length, 0);
});

Deno.test("a subnet goes only when a live list of its claims is empty, and names who is in the way now", () => {
  const lab = shelf();
  addPod(lab, "a");
  addPod(lab, "b", "10");
  lab.settle();
  lab.delete(Subnet, "s");
  for (const pods of [["a", "b"], ["b"]]) {
    lab.settle({ ms: 5000 });
    const deletable = lab.get(Subnet, "s")?.status?.conditions?.find((c) => c.type === "Deletable");
    const claims = pods.map((pod) => `AddressClaim s.10.0.0.${pod === "a" ? "9" : "10"}`).sort().join(", ");
    assertEquals([deletable?.status, deletable?.reason, deletable?.message], ["False", "InUse", claims]);
    lab.delete(Pod, `default/${pods[0]}`);
  }
  lab.settle();
  assertEquals(lab.get(Subnet, "s"), undefined);
});

Deno.test("a claim hidden from the view still holds its subnet", () => {
  const lab = shelf(), { uid } = lab.get(Subnet, "s")!.metadata;
  lab.delete(Subnet, "s");
  lab.intercept = (request) => {
    if (asks(request, "list", "AddressClaim")) {
      lab.intercept = () => undefined;
      lab.create(AddressClaim, {
        metadata: { name: "s.10.0.0.7" },
        spec: {
          subnet: "s",
          subnetUid: uid,
          address: "10.0.0.7",
          holder: { kind: "Other", name: "o", uid: "u" },
        },
      });
    }
    return undefined;
  };
  lab.settle({ ms: 5000 });
  assertEquals(lab.get(Subnet, "s")?.metadata.deletionTimestamp !== undefined, true);
});

Deno.test("the claim of a record that somebody deleted is fenced before it is released", () => {
  const lab = shelf(), { uid } = lab.get(Subnet, "s")!.metadata;
  addPod(lab, "a");
  lab.settle();
  lab.create(AddressClaim, {
    metadata: { name: "s.10.0.0.77" },
    spec: {
      subnet: "s",
      subnetUid: uid,
      address: "10.0.0.77",
      holder: { kind: "IP", name: "a.default", uid: "old" },
      ownerKey: "default/a",
    },
  });
  lab.settle();
  assertEquals(lab.get(AddressClaim, "s.10.0.0.77"), undefined);
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[WITHDRAWN] !== undefined, true);
});

Deno.test("a refused write is said once and tried again seldom", () => {
  const lab = shelf();
  lab.intercept = (request) =>
    asks(request, "create", "IP")
      ? { ...answer("denied", 403), message: "not allowed to create ips" }
      : undefined;
  addPod(lab, "a");
  lab.settle({ ms: 120_000 });
  const tries = lab.sent.filter(({ request }) => asks(request, "create", "IP")).length;
  assertEquals(tries > 1 && tries < 10, true);
  assertStringIncludes(
    lab.announced.find((a) => a.reason === "FailedWrite")!.message,
    "not allowed to create ips",
  );
});

Deno.test("nothing is decided before every cache is complete", () => {
  const lab = shelf();
  lab.engine.lost(IP);
  const before = lab.sent.length;
  addPod(lab, "a");
  lab.settle({ ms: 60_000 });
  assertEquals(lab.sent.length, before);
  lab.engine.synced(IP);
  lab.settle();
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[ADDRESS], "10.0.0.9");
});

Deno.test("the annotations of a record say whom it serves", () => {
  const lab = shelf();
  addPod(lab, "a");
  lab.settle();
  const { annotations } = lab.get(IP, "a.default")!.metadata;
  assertEquals(annotations, {
    [OWNER_UID]: lab.get(Pod, "default/a")!.metadata.uid,
    [OWNER_KEY]: "default/a",
    [SUBNET_UID]: lab.get(Subnet, "s")!.metadata.uid,
  });
});

Deno.test("a record is not given up because a claim of its predecessor, which somebody deleted, still stands", () => {
  const lab = shelf(), before = lab.sent.length;
  let left = false;
  lab.intercept = (request) => {
    if (left || !asks(request, "create", "AddressClaim")) return undefined;
    left = true;
    const { metadata: { name }, spec } = (request as { body: AddressClaim }).body;
    lab.create(AddressClaim, {
      metadata: { name },
      spec: { ...spec, holder: { ...spec.holder, uid: "former" } },
    });
    return undefined;
  };
  addPod(lab, "a");
  lab.settle({ ms: 60_000 });
  assertEquals(lab.get(Pod, "default/a")?.metadata.annotations?.[ADDRESS], "10.0.0.9");
  assertEquals(lab.writes(before).filter((write) => / IP\//.test(write)), ["create IP/a.default"]);
  const [claim] = lab.list(AddressClaim);
  assertEquals(claim?.spec.holder.uid, lab.get(IP, "a.default")?.metadata.uid);
});
