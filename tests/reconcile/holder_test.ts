/** Objects that hold things by claims of their own: guarded first, told last, and under the version that was decided on. */
import { assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Request } from "../../kube/api.ts";
import { desired, type Plan, want, yes } from "../../reconcile/plan.ts";
import { controller, on } from "../../reconcile/table.ts";
import type { View } from "../../reconcile/view.ts";
import type { Lab } from "../lab.ts";
import { toy } from "./toy.ts";

/** The lowest of three that nobody else has, and then that for ever. */
function reconcile(vip: Vip, view: View): Plan {
  const subnet = view.get(Subnet, "s"), { name, uid } = vip.metadata;
  const all = [1, 2, 3].map((last) => `10.0.0.${last}`);
  const address = all.find((each) => {
    const claim = view.get(AddressClaim, `s.${each}`);
    return !claim || claim.spec.holder.uid === uid;
  });
  if (!subnet || !address) return desired();
  return desired({
    claims: vip.status?.v4ip === address ? [] : [want(AddressClaim, {
      metadata: { name: `s.${address}` },
      spec: { subnet: "s", subnetUid: subnet.metadata.uid, address, holder: { kind: "Vip", name, uid } },
    })],
    status: { v4ip: address },
    conditions: { Ready: yes("There") },
  });
}

function shelf(): Lab {
  const lab = toy({
    kinds: [Vpc, Subnet, AddressClaim, Vip],
    tables: [
      controller("vpc", [on(Vpc, () => desired({ conditions: { Ready: yes("There") } }))]),
      controller("subnet", [on(Subnet, () => desired({ conditions: { Ready: yes("There") } }))]),
      controller("vip", [on(Vip, reconcile, { guard: true })]),
    ],
  });
  lab.create(Vpc, { metadata: { name: "ovn-cluster" } });
  lab.create(Subnet, { metadata: { name: "s" }, spec: { cidrBlock: "10.0.0.0/24" } });
  return lab.settle();
}

const add = (lab: Lab, name: string) => lab.create(Vip, { metadata: { name }, spec: { subnet: "s" } });
const shown = (lab: Lab, name: string) => lab.get(Vip, name)?.status?.v4ip;
const isStatus = ({ verb, ...request }: Request) =>
  verb === "apply" && (request as { body?: { status?: unknown } }).body?.status !== undefined;

/** Strikes once, right before the first request that fits. */
function before(lab: Lab, fits: (request: Request) => boolean, strike: () => void): void {
  lab.intercept = (request) => {
    if (fits(request)) {
      lab.intercept = () => undefined;
      strike();
    }
    return undefined;
  };
}

Deno.test("a guarded row takes our finalizer before anything is done for its object, and lets go when it goes", () => {
  const lab = shelf(), mark = lab.sent.length;
  add(lab, "v");
  lab.settle();
  assertEquals(lab.writes(mark), ["apply Vip/v", "create AddressClaim/s.10.0.0.1", "apply Vip/v"]);
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals([lab.get(Vip, "v"), lab.list(AddressClaim)], [undefined, []]);
});

Deno.test("a status that is part of its object is written once and never again: no generation is reported", () => {
  const lab = shelf();
  add(lab, "v");
  lab.settle();
  const mark = lab.sent.length;
  lab.engine.resync();
  lab.settle();
  lab.restart();
  lab.settle();
  assertEquals(lab.writes(mark), []);
});

Deno.test("whoever loses a name that it claimed learns who has it, and decides anew at once", () => {
  const lab = shelf(), mark = lab.sent.length;
  const { uid } = lab.get(Subnet, "s")!.metadata, other = add(lab, "other").metadata.uid;
  lab.settle();
  before(lab, ({ verb, resource }) => verb === "create" && resource.kind === "AddressClaim", () => {
    const holder = { kind: "Vip", name: "other", uid: other };
    lab.create(AddressClaim, {
      metadata: { name: "s.10.0.0.2" },
      spec: { subnet: "s", subnetUid: uid, address: "10.0.0.2", holder },
    });
  });
  add(lab, "v");
  lab.settle({ ms: 0 });
  assertEquals(shown(lab, "v"), "10.0.0.3");
  assertEquals(lab.writes(mark).filter((write) => write === "create AddressClaim/s.10.0.0.2").length, 1);
});

Deno.test("what a holder claimed is not told when the parent began to go in the meantime, nor after a crash in between", () => {
  for (const crash of [false, true]) {
    const lab = shelf();
    before(lab, isStatus, () => {
      if (crash) throw new Error("crash");
    });
    add(lab, "v");
    if (crash) {
      try {
        lab.settle();
      } catch { /* as planned */ }
      assertEquals(lab.list(AddressClaim).length, 1);
    }
    before(
      lab,
      ({ verb, resource }) => verb === "get" && resource.kind === "Subnet",
      () => lab.delete(Subnet, "s"),
    );
    if (crash) lab.restart();
    lab.settle({ ms: 1000 });
    assertEquals(shown(lab, "v"), undefined);
  }
});

Deno.test("a status is written on the version that was decided on: a write in between makes it fail", () => {
  const lab = shelf();
  let fenced = 0;
  lab.intercept = (request) => {
    if (isStatus(request) && fenced++ === 0) {
      lab.merge(Vip, "v", { metadata: { annotations: { "ipam.cadastre.internal/withdrawn": "x" } } });
    }
    return undefined;
  };
  add(lab, "v");
  lab.settle({ ms: 1000 });
  const answers = lab.sent.filter(({ request }) => isStatus(request) && request.resource.kind === "Vip");
  assertEquals(answers.map(({ answer }) => answer.outcome), ["conflict", "ok"]);
});
