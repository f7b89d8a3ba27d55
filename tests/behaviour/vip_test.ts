/** Vips hold their addresses themselves. */
import { assert, assertEquals } from "@std/assert";
import { AddressClaim } from "../../crds/address_claim.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { type Cluster, cluster } from "./cluster.ts";

function dual(spec: Subnet["spec"] = {}): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28,fd00:66::/125", namespaces: ["default"], ...spec });
  return lab.settle();
}

const shown = (lab: Cluster, name: string) => {
  const { v4ip, v6ip } = lab.get(Vip, name)?.status ?? {};
  return [v4ip, v6ip];
};
const using = (lab: Cluster) => {
  const { v4usingIPs, v6usingIPs } = lab.get(Subnet, "sn")!.status!;
  return [Number(v4usingIPs), Number(v6usingIPs)];
};

Deno.test("vip: gets the next address of every family of its Subnet, a MAC, labels and our finalizer, and keeps them", () => {
  const lab = dual();
  lab.vip("v", { type: "switch_lb_vip", selector: ["app:web"] });
  lab.settle();
  const { metadata, spec, status } = lab.get(Vip, "v")!;
  const { conditions, mac, ...rest } = status!;
  assertEquals(rest, { type: "switch_lb_vip", v4ip: "10.66.0.2", v6ip: "fd00:66::2", selector: ["app:web"] });
  assertEquals([spec.v4ip, spec.v6ip, spec.macAddress], ["10.66.0.2", "fd00:66::2", mac]);
  assertEquals(metadata.labels, { "ovn.kubernetes.io/subnet": "sn", "ovn.kubernetes.io/ip_reserved": "" });
  assertEquals(metadata.finalizers, [FINALIZER]);
  assertEquals(conditions?.map(({ type, status, reason }) => [type, status, reason]), [
    ["Ready", "True", "AddressAllocated"],
  ]);
  assertEquals(lab.claims("sn"), { "10.66.0.2": "v", "fd00:66::2": "v" });
  assertEquals(lab.list(AddressClaim)[0]?.spec.holder, { kind: "Vip", name: "v", uid: metadata.uid });
  assertEquals(using(lab), [1, 1]);
  lab.atRest();
});

Deno.test("vip: has our finalizer before its first claim, and its status after the last", () => {
  const lab = dual(), mark = lab.sent.length;
  lab.vip("v", { macAddress: "00:00:00:5e:53:01" });
  lab.settle();
  assertEquals(lab.writes(mark).filter((write) => !write.includes("Subnet")), [
    "apply Vip/v",
    "create AddressClaim/sn.10.66.0.2",
    "create AddressClaim/sn.6xfd00-66--2x",
    "create AddressClaim/sn.mac-00-00-00-5e-53-01",
    "apply Vip/v",
    "apply Vip/v",
    "merge Vip/v",
  ]);
});

for (const type of ["", "switch_lb_vip", "kube_host_vm_vip"]) {
  Deno.test(`vip: type "${type}" gets the addresses that it asks for, also excluded ones`, () => {
    const lab = dual({ excludeIps: ["10.66.0.9"] });
    lab.vip("v", { type, v4ip: "10.66.0.9", v6ip: "FD00:66::5", macAddress: "00:00:00:5E:53:01" });
    lab.settle();
    assertEquals(shown(lab, "v"), ["10.66.0.9", "fd00:66::5"]);
    assertEquals(lab.get(Vip, "v")?.status?.mac, "00:00:00:5e:53:01");
    assertEquals(Object.keys(lab.claims("sn")).sort(), ["00:00:00:5e:53:01", "10.66.0.9", "fd00:66::5"]);
    assertEquals(using(lab), [0, 1]);
    lab.atRest();
  });
}

Deno.test("vip: one that asks for what somebody has is not Ready, names the holder, and gets it when that is given back", () => {
  const lab = dual();
  lab.pod("default/p", { ip_address: "10.66.0.5" });
  lab.settle();
  lab.vip("v", { v4ip: "10.66.0.5" });
  lab.settle();
  assertEquals(
    lab.verdict(Vip, "v"),
    "False AddressConflict Subnet sn: 10.66.0.5 is held by IP p.default",
  );
  assertEquals(lab.warnings(Vip, "v").length, 1);
  assertEquals(shown(lab, "v"), [undefined, undefined]);
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals(shown(lab, "v"), ["10.66.0.5", "fd00:66::3"]);
  assertEquals(lab.condition(Vip, "v")?.status, "True");
  lab.atRest();
});

Deno.test("vip: a pod that asks for a Vip's address or MAC is refused, and the Vip is named", () => {
  const lab = dual();
  lab.vip("v", { v4ip: "10.66.0.5", macAddress: "00:00:00:5e:53:01" });
  lab.settle();
  lab.pod("default/p", { ip_address: "10.66.0.5" });
  lab.pod("default/q", { mac_address: "00:00:00:5e:53:01" });
  lab.settle();
  assertEquals(lab.addresses("p", "q"), [undefined, undefined]);
  assert(lab.claims("sn")["10.66.0.5"] === "v");
  lab.atRest();
});

Deno.test("vip: a conflict ends when the Vip asks for another address", () => {
  const lab = dual();
  lab.vip("first", { v4ip: "10.66.0.5" });
  lab.settle();
  lab.vip("v", { v4ip: "10.66.0.6", v6ip: "fd00:66::2" });
  lab.settle();
  assertEquals(lab.condition(Vip, "v")?.reason, "AddressConflict");
  lab.merge(Vip, "v", { spec: { v4ip: "10.66.0.7", v6ip: "fd00:66::6" } });
  lab.settle();
  assertEquals(shown(lab, "v"), ["10.66.0.7", "fd00:66::6"]);
  assertEquals(Object.keys(lab.claims("sn")).sort(), ["10.66.0.5", "10.66.0.7", "fd00:66::2", "fd00:66::6"]);
  lab.atRest();
});

Deno.test("vip: addresses, MAC and Subnet stay as they were assigned, and it says so", () => {
  const lab = dual();
  lab.subnet("other", { cidrBlock: "10.67.0.0/28" });
  lab.vip("v");
  lab.settle();
  const before = lab.get(Vip, "v")!.status!;
  lab.merge(Vip, "v", { spec: { v4ip: "10.66.0.9", subnet: "other" } });
  lab.settle();
  const { conditions: _, ...kept } = lab.get(Vip, "v")!.status!, { conditions: __, ...had } = before;
  assertEquals(kept, had);
  assertEquals(
    lab.verdict(Vip, "v", "Validated"),
    'False AddressChangeDenied its spec asks for "other" instead of sn, "10.66.0.9" instead of 10.66.0.2; it keeps what it ' +
      "has: create another one",
  );
  assertEquals(lab.condition(Vip, "v")?.status, "True");
  lab.atRest();
  lab.merge(Vip, "v", { spec: { v4ip: "10.66.0.2", subnet: "sn" } });
  lab.settle();
  assertEquals(lab.condition(Vip, "v", "Validated"), undefined);
  lab.atRest();
});

Deno.test("vip: what cannot be understood is said, and harms nobody", () => {
  const lab = dual();
  lab.vip("none", { subnet: "" });
  lab.vip("odd", { subnet: "No Subnet" });
  lab.vip("ghost", { subnet: "ghost" });
  lab.vip("typo", { v4ip: "10.66.0" });
  lab.vip("family", { v4ip: "fd00:66::3" });
  lab.vip("mac", { macAddress: "00-00" });
  lab.vip("outside", { v4ip: "10.99.0.1" });
  lab.vip("gateway", { v4ip: "10.66.0.1" });
  lab.vip("good");
  lab.settle();
  const reasons = lab.list(Vip).map(({ metadata: { name } }) => [name, lab.condition(Vip, name)?.reason]);
  assertEquals(Object.fromEntries(reasons), {
    none: "NoSubnet",
    odd: "NoSubnet",
    ghost: "NoSubnet",
    typo: "AddressOutOfRange",
    family: "InvalidIPFamily",
    mac: "AddressOutOfRange",
    outside: "AddressOutOfRange",
    gateway: "AddressConflict",
    good: "AddressAllocated",
  });
  lab.atRest();
  lab.subnet("ghost", { cidrBlock: "10.68.0.0/28" });
  lab.settle();
  assertEquals(shown(lab, "ghost"), ["10.68.0.2", ""]);
  lab.atRest();
});

Deno.test("vip: a full Subnet makes it wait for what is given back", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/30" });
  lab.settle();
  lab.vip("first");
  lab.settle();
  lab.vip("second");
  lab.settle();
  assertEquals(lab.condition(Vip, "second")?.reason, "NoAvailableAddress");
  lab.delete(Vip, "first");
  lab.settle();
  assertEquals(shown(lab, "second"), ["10.66.0.2", ""]);
  lab.atRest();
});

Deno.test("vip: deletion gives everything back at once; a Subnet waits for it, and names its claims", () => {
  const lab = dual();
  lab.vip("v", { macAddress: "00:00:00:5e:53:01" });
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.settle();
  assertEquals(lab.condition(Subnet, "sn", "Deletable")?.reason, "InUse");
  lab.atRest();
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals([lab.get(Vip, "v"), lab.get(Subnet, "sn")], [undefined, undefined]);
  assertEquals(lab.list(AddressClaim), []);
  lab.atRest();
});

Deno.test("F1-13: a Vip goes also when its Subnet was removed by force", () => {
  const lab = dual();
  lab.vip("v");
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.strip(Subnet, "sn");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  assertEquals(shown(lab, "v"), ["10.66.0.2", "fd00:66::2"]);
  lab.atRest();
  lab.delete(Vip, "v");
  lab.settle();
  assertEquals([lab.get(Vip, "v"), lab.list(AddressClaim)], [undefined, []]);
  lab.atRest();
});

Deno.test("vip: one that asks of a Subnet that is going waits, claims nothing, and is served by the next of that name", () => {
  const lab = dual();
  lab.pod("default/p");
  lab.settle();
  lab.delete(Subnet, "sn");
  lab.settle();
  lab.vip("v");
  lab.settle();
  assertEquals(lab.condition(Vip, "v")?.reason, "NoSubnet");
  lab.atRest();
  lab.kill("default/p");
  lab.settle();
  assertEquals(lab.get(Subnet, "sn"), undefined);
  lab.subnet("sn", { cidrBlock: "10.77.0.0/28" });
  lab.settle();
  assertEquals(shown(lab, "v"), ["10.77.0.2", ""]);
  lab.atRest();
});

Deno.test("vip: created anew under its name it is another one; nothing is inherited but what is free", () => {
  const lab = dual();
  lab.vip("v", { v4ip: "10.66.0.7" });
  lab.settle();
  lab.delete(Vip, "v");
  lab.strip(Vip, "v");
  lab.vip("v", { v4ip: "10.66.0.7" });
  lab.settle();
  assertEquals(shown(lab, "v"), ["10.66.0.7", "fd00:66::3"]);
  assertEquals(lab.warnings(Vip, "v"), []);
  lab.atRest();
});

Deno.test("vip: a claim that somebody deletes comes back, and was never free", () => {
  const lab = dual();
  lab.vip("v", { macAddress: "00:00:00:5e:53:01" });
  lab.settle();
  const claims = lab.claims("sn");
  lab.delete(AddressClaim, "sn.10.66.0.2");
  lab.pod("default/p");
  lab.settle();
  assertEquals(lab.claims("sn")["10.66.0.2"], "v");
  for (const { metadata } of lab.list(AddressClaim)) {
    if (metadata.name.startsWith("sn.6x") || metadata.name.includes("mac")) {
      lab.delete(AddressClaim, metadata.name);
    }
  }
  lab.settle();
  for (const address of Object.keys(claims)) assertEquals(lab.claims("sn")[address], "v", address);
  lab.atRest();
});

Deno.test("vip: a status that somebody edits is put back, in whatever part", () => {
  const lab = dual();
  lab.vip("v");
  lab.settle();
  const { status } = lab.get(Vip, "v")!;
  const edits = [
    { v4ip: "10.66.0.9", v6ip: null },
    { v6ip: null },
    { v4ip: "10.66.0.9" },
    { v4ip: "x" },
    null,
  ];
  for (const edit of edits) {
    lab.merge(Vip, "v", { status: edit });
    lab.settle();
    assertEquals(shown(lab, "v"), [status?.v4ip, status?.v6ip]);
    assertEquals(Object.values(lab.claims("sn")).filter((holder) => holder === "v").length >= 2, true);
    lab.atRest();
  }
});

Deno.test("vip: a status that somebody forged is worth what a spec is: it gets what is free, and nothing that others have", () => {
  const lab = dual();
  lab.vip("v");
  lab.settle();
  const forge = (name: string, status: Vip["status"]) =>
    lab.create(Vip, { metadata: { name }, spec: { subnet: "sn" }, status });
  forge("thief", { v4ip: "10.66.0.2", v6ip: "fd00:66::7", mac: "00:00:00:5e:53:01" });
  forge("lucky", { v4ip: "10.66.0.9" });
  forge("gateway", { v4ip: "10.66.0.1" });
  lab.settle();
  assertEquals(["thief", "lucky", "gateway"].map((name) => lab.verdict(Vip, name)?.split(" ", 2).join(" ")), [
    "False AddressConflict",
    "True AddressAllocated",
    "False AddressConflict",
  ]);
  const { "10.66.0.2": first, "10.66.0.9": ninth, ...others } = lab.claims("sn");
  assertEquals([first, ninth, others], ["v", "lucky", { "fd00:66::2": "v" }]);
  lab.atRest();
});

/** In the middle of one allocation of a Vip, before each of its requests. */
function atEveryRequest(strike: (lab: Cluster) => void, check: (lab: Cluster) => void): void {
  for (let nth = 1, there = true; there; nth++) {
    const lab = dual();
    let requests = 0;
    lab.intercept = () => {
      if (++requests === nth) strike(lab);
      return undefined;
    };
    lab.vip("v");
    lab.settle();
    lab.intercept = () => undefined;
    there = requests >= nth;
    assert(there || nth > 7, "finalizer, two claims, three live reads, labels, status");
    if (!there) break;
    lab.settle();
    check(lab);
    lab.atRest();
  }
}

Deno.test("vip: whatever is taken from under its hands, it ends up with what it claims and shows", () => {
  const taken = ["10.66.0.2", "fd00:66::2"];
  atEveryRequest((lab) => {
    const { uid } = lab.get(Subnet, "sn")!.metadata, other = lab.vip("other").metadata.uid;
    for (const address of taken) {
      if (lab.claims("sn")[address]) continue;
      const name = address.includes(":") ? "sn.6xfd00-66--2x" : `sn.${address}`;
      const spec = {
        subnet: "sn",
        subnetUid: uid,
        address,
        holder: { kind: "Vip", name: "other", uid: other },
      };
      lab.create(AddressClaim, { metadata: { name }, spec });
    }
  }, (lab) => {
    for (const name of ["v", ...(lab.get(Vip, "other") ? ["other"] : [])]) {
      const held = Object.entries(lab.claims("sn")).filter(([, holder]) => holder === name);
      assertEquals(held.map(([address]) => address).sort(), shown(lab, name), name);
    }
  });
});

Deno.test("vip: a Subnet that begins to go in the middle waits for what it has told, and for nothing else", () => {
  atEveryRequest((lab) => lab.delete(Subnet, "sn"), (lab) => {
    const held = Object.keys(lab.claims("sn")), told = shown(lab, "v").filter((address) => address);
    assertEquals(held.sort(), told);
    assertEquals(lab.get(Subnet, "sn") === undefined, told.length === 0);
  });
});

Deno.test("vip: deleted in the middle, it leaves nothing behind", () => {
  atEveryRequest((lab) => lab.delete(Vip, "v"), (lab) => {
    assertEquals([lab.get(Vip, "v"), lab.list(AddressClaim)], [undefined, []]);
  });
});

Deno.test("vip: an operator that is killed in the middle goes on where it was", () => {
  class Crash extends Error {}
  for (let nth = 1, there = true; there; nth++) {
    const lab = dual();
    let requests = 0;
    lab.intercept = () => {
      if (++requests === nth) throw new Crash();
      return undefined;
    };
    lab.vip("v");
    try {
      lab.settle();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    lab.intercept = () => undefined;
    there = requests >= nth;
    lab.start();
    assertEquals(shown(lab, "v"), ["10.66.0.2", "fd00:66::2"]);
    assertEquals(lab.claims("sn"), { "10.66.0.2": "v", "fd00:66::2": "v" });
    lab.atRest();
  }
});
