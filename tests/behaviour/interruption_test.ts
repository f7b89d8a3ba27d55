/** What may happen between any two requests of one allocation. @see BEHAVIOUR §6 F1-1 and F1-7, FAULTS F-40 */
import { assert, assertEquals } from "@std/assert";
import { claimEntries, recordEntry } from "../../controllers/interface_record.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { type Cluster, cluster } from "./cluster.ts";

class Crash extends Error {}

/** Two addresses of each family are free. */
function ready(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/29,fd00:66::/125", excludeIps: ["10.66.0.4..10.66.0.6"] });
  return lab.settle();
}

/** Serves `default/p`, and calls `strike` right before its nth request; says whether there was one. */
function interrupted(lab: Cluster, nth: number, strike: (commit: () => void) => void): boolean {
  let requests = 0;
  lab.intercept = (request) => {
    if (++requests === nth) strike(() => lab.server.execute(request));
    return undefined;
  };
  lab.pod("default/p", { logical_switch: "sn" });
  try {
    lab.settle();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  lab.intercept = () => undefined;
  return requests >= nth;
}

/** Once for every request that the allocation makes; a new cluster each time. */
function atEveryRequest(check: (nth: number) => boolean): void {
  let nth = 1;
  while (check(nth)) nth++;
  assert(nth > 6, "record, two claims, two live reads, annotation");
}

function nothingLeft(lab: Cluster): void {
  assertEquals([lab.records(), lab.claims("sn")], [[], {}]);
  lab.atRest();
}

Deno.test("interruption: pod and Subnet that go between two requests leave nothing (F1-1)", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    const struck = interrupted(lab, nth, () => {
      lab.kill("default/p");
      lab.delete(Subnet, "sn");
    });
    if (!struck) return false;
    lab.settle();
    assertEquals(lab.get(Subnet, "sn"), undefined);
    nothingLeft(lab);
    return true;
  });
});

Deno.test("interruption: a Subnet that goes between two requests keeps the pod that was told, and lets go of the other", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    if (!interrupted(lab, nth, () => lab.delete(Subnet, "sn"))) return false;
    lab.settle();
    const told = lab.addressOf("default/p") !== undefined;
    assertEquals(lab.get(Subnet, "sn") !== undefined, told);
    assertEquals(lab.records(), told ? ["p.default"] : []);
    lab.kill("default/p");
    lab.settle();
    assertEquals(lab.get(Subnet, "sn"), undefined);
    nothingLeft(lab);
    return true;
  });
});

Deno.test("interruption: a pod that is replaced between two requests leaves its successor with the only record", () => {
  atEveryRequest((nth) => {
    const lab = ready();
    const struck = interrupted(lab, nth, () => {
      lab.kill("default/p");
      lab.pod("default/p", { logical_switch: "sn" });
    });
    if (!struck) return false;
    lab.settle();
    const [v4 = "", v6 = ""] = lab.addressOf("default/p")?.split(",") ?? [];
    assertEquals(lab.claims("sn"), { [v4]: "p.default", [v6]: "p.default" });
    assertEquals(lab.records(), ["p.default"]);
    lab.atRest();
    return true;
  });
});

for (const committed of [false, true]) {
  const when = committed ? "after a request that was served" : "before a request";
  Deno.test(`interruption: a crash ${when} loses and doubles nothing (F1-7)`, () => {
    atEveryRequest((nth) => {
      const lab = ready();
      const struck = interrupted(lab, nth, (commit) => {
        if (committed) commit();
        throw new Crash();
      });
      if (!struck) return false;
      lab.start();
      assertEquals(lab.addressOf("default/p"), "10.66.0.2,fd00:66::2");
      assertEquals(lab.claims("sn"), { "10.66.0.2": "p.default", "fd00:66::2": "p.default" });
      lab.atRest();
      return true;
    });
  });

  Deno.test(`interruption: a crash ${when}, and the pod gone before the restart, leaves nothing (F1-7)`, () => {
    atEveryRequest((nth) => {
      const lab = ready();
      const struck = interrupted(lab, nth, (commit) => {
        if (committed) commit();
        throw new Crash();
      });
      if (!struck) return false;
      lab.kill("default/p");
      lab.start();
      nothingLeft(lab);
      return true;
    });
  });
}

/** What another replica writes that serves `default/q` at the same time. */
function elsewhere(lab: Cluster, addresses: readonly string[]): void {
  const { uid } = lab.pod("default/q", { logical_switch: "sn" }).metadata, subnet = lab.get(Subnet, "sn")!;
  const common = { subnet: "sn", subnetUid: subnet.metadata.uid, addresses, ownerKey: "default/q" };
  const [, record] = recordEntry({
    ...common,
    name: "q.default",
    ownerUid: uid,
    podName: "q",
    namespace: "default",
    nodeName: "n1",
    mac: undefined,
    fixedMac: false,
  });
  const recordUid = lab.create(IP, record).metadata.uid;
  const claims = claimEntries({ ...common, record: "q.default", mac: undefined, recordUid });
  for (const [, claim] of claims) lab.create(AddressClaim, claim);
}

/** Until our own claim is there: record, IPv4 claim, IPv6 claim. */
const races = [
  { taken: ["10.66.0.2"], before: [1, 2] },
  { taken: ["10.66.0.2", "fd00:66::2"], before: [1, 2] },
  { taken: ["10.66.0.3", "fd00:66::2"], before: [1, 2, 3] },
];
for (const { taken, before } of races) {
  Deno.test(`interruption: another replica that takes ${taken} first keeps it; no pod gets half of two`, () => {
    for (const nth of before) {
      const lab = ready();
      interrupted(lab, nth, () => elsewhere(lab, taken));
      lab.settle();
      const [p = "", q = ""] = ["default/p", "default/q"].map((key) => lab.addressOf(key));
      assertEquals(q, taken.join(","));
      const claimed = Object.entries(lab.claims("sn")).filter(([, holder]) => holder === "p.default");
      assertEquals(claimed.map(([address]) => address).join(","), p);
      assertEquals(p.split(",").filter((address) => address === "" || taken.includes(address)), []);
      lab.atRest();
    }
  });
}
