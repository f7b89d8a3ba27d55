/** What a Subnet counts. */
import { assert, assertEquals } from "@std/assert";
import { Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import type { Condition } from "../../reconcile/kind.ts";
import { type Cluster, cluster } from "./cluster.ts";

/** A dual-stack Subnet of 14 and 6 hosts. */
function dual(): Cluster {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/28,fd00:66::/125", namespaces: ["default"] });
  return lab.settle();
}

const count = (lab: Cluster) => {
  const status = lab.get(Subnet, "sn")!.status!;
  return [status.v4usingIPs, status.v4availableIPs, status.v6usingIPs, status.v6availableIPs].map(Number);
};
const ranges = (lab: Cluster) => {
  const { v4usingIPrange, v4availableIPrange, v6usingIPrange, v6availableIPrange } = lab.get(Subnet, "sn")!
    .status!;
  return [v4usingIPrange, v4availableIPrange, v6usingIPrange, v6availableIPrange];
};

Deno.test("statistics: counters and ranges are of the same sets, each family for itself", () => {
  const lab = dual();
  assertEquals(count(lab), [0, 13, 0, 5]);
  lab.pod("default/both");
  lab.settle();
  lab.pod("default/four", { ip_family: "ipv4" });
  lab.pod("default/six", { ip_address: "fd00:66::5", ip_family: "ipv6" });
  lab.settle();
  assertEquals(count(lab), [2, 11, 2, 3]);
  assertEquals(ranges(lab), [
    "10.66.0.2-10.66.0.3",
    "10.66.0.4-10.66.0.14",
    "fd00:66::2,fd00:66::5",
    "fd00:66::3-fd00:66::4,fd00:66::6",
  ]);
  lab.atRest();
});

Deno.test("statistics: using, available and excluded addresses are all there are, whenever they are written", () => {
  const lab = dual();
  let seen = 0;
  lab.server.onCommit(({ object: { kind, metadata, spec, status } }) => {
    const ready: Condition | undefined = status?.conditions?.find((c: Condition) => c.type === "Ready");
    if (kind !== Subnet.kind || metadata.name !== "sn" || ready?.observedGeneration !== metadata.generation) {
      return;
    }
    const excluded = (family: string) =>
      spec.excludeIps.filter((e: string) => e.includes(":") === (family === "v6"));
    const hosts = (family: "v4" | "v6") => family === "v4" ? 14 : 6;
    for (const family of ["v4", "v6"] as const) {
      const sum = status[`${family}usingIPs`] + status[`${family}availableIPs`] + excluded(family).length;
      assertEquals(sum, hosts(family), `${family} of version ${metadata.resourceVersion}`);
      seen++;
    }
  });
  for (let i = 0; i < 6; i++) lab.pod(`default/p${i}`);
  lab.settle();
  lab.merge(Subnet, "sn", {
    spec: { excludeIps: ["10.66.0.1", "10.66.0.3", "10.66.0.14", "fd00:66::1", "fd00:66::4"] },
  });
  lab.settle();
  lab.pod("default/x", { ip_address: "10.66.0.14", ip_family: "ipv4" });
  lab.kill("default/p1");
  lab.kill("default/p2");
  lab.settle();
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1", "fd00:66::1"] } });
  lab.settle();
  for (let i = 0; i < 6; i++) if (i !== 1 && i !== 2) lab.kill(`default/p${i}`);
  lab.settle();
  assert(seen > 8, `${seen} states were looked at`);
  assertEquals(count(lab), [1, 12, 0, 5]);
  lab.atRest();
});

Deno.test("statistics: a burst is counted in few writes, and settles within seconds", () => {
  const lab = cluster();
  lab.subnet("sn", { cidrBlock: "10.66.0.0/24", namespaces: ["default"] });
  lab.settle();
  const mark = lab.sent.length;
  for (let i = 0; i < 100; i++) lab.pod(`default/p${i}`);
  lab.settle({ ms: 5_000 });
  const writes = lab.writes(mark).filter((write) => write.endsWith("Subnet/sn"));
  assert(writes.length >= 1 && writes.length <= 3, `${writes.length} writes`);
  assertEquals(lab.get(Subnet, "sn")?.status?.v4usingIPs, 100);
  lab.atRest();
});

const sizes: Readonly<Record<string, bigint>> = {
  "10.0.0.0/9": 2n ** 23n - 3n,
  "fd00::/76": 2n ** 52n - 3n,
  "fd00::/66": 2n ** 62n - 3n,
  "fd00::/64": 2n ** 64n - 3n,
  "fd00::/48": 2n ** 80n - 3n,
};
for (const [cidrBlock, free] of Object.entries(sizes)) {
  Deno.test(`statistics: a ${cidrBlock} is counted exactly, or as the API server rounds it, and comes to rest`, () => {
    const lab = cluster();
    lab.subnet("sn", { cidrBlock });
    lab.settle();
    const { v4availableIPs, v6availableIPs } = lab.get(Subnet, "sn")!.status!;
    const shown = v4availableIPs || v6availableIPs;
    if (free < 2n ** 63n) assertEquals(BigInt(shown!), free);
    else assertEquals(Number(shown), Number(free));
    lab.atRest();
  });
}

Deno.test("statistics: what is not an address of the block counts nowhere: excluded ones, MACs, waiting pods", () => {
  const lab = dual();
  lab.merge(Subnet, "sn", { spec: { excludeIps: ["10.66.0.1", "10.66.0.9", "fd00:66::1"] } });
  lab.settle();
  lab.pod("default/excluded", { ip_address: "10.66.0.9", ip_family: "ipv4" });
  lab.pod("default/mac", { mac_address: "0a:00:5e:00:53:01", ip_family: "ipv4" });
  lab.settle();
  lab.pod("default/waits", { ip_address: "10.66.0.9", ip_family: "ipv4" });
  lab.settle();
  assertEquals(count(lab), [1, 11, 0, 5]);
  lab.atRest();
});

Deno.test("statistics: counters that somebody edits are put back", () => {
  const lab = dual();
  lab.pod("default/p");
  lab.settle();
  const before = lab.get(Subnet, "sn")!.status;
  lab.status(Subnet, "sn", {
    v4usingIPs: 99,
    v4availableIPs: -1,
    v6availableIPrange: "all",
    v4usingIPrange: null,
  });
  lab.settle();
  assertEquals(lab.get(Subnet, "sn")!.status, before);
  assertEquals(lab.addressOf("default/p"), "10.66.0.2,fd00:66::2");
  assertEquals(lab.warnings(Pod, "default/p"), []);
  lab.atRest();
});
