/**
 * What our CRDs accept and refuse, as data: every server that loads them, real or sandbox, must answer like this.
 */
import type { Kind } from "../../reconcile/kind.ts";
import { AddressClaim } from "../../crds/address_claim.ts";
import { IP } from "../../crds/ip.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { IptablesDnatRule } from "../../crds/iptables_dnat_rule.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import { Vpc } from "../../crds/vpc.ts";
import { VpcNatGateway } from "../../crds/vpc_nat_gateway.ts";

type Body = Readonly<Record<string, unknown>>;

export interface Example {
  readonly title: string;
  readonly kind: Kind;
  /** `metadata.name`. */
  readonly name: string;
  /** Created, and accepted, first; then everything but its metadata is replaced by `body`. Absent: `body` is created. */
  readonly before?: Body;
  readonly body: Body;
  /** Part of the message of the 422; absent: accepted. */
  readonly refused?: string;
  /** What is stored then, apart from metadata; by default `body` as it is. */
  readonly stored?: Body;
}

const subnet = (cidrBlock: string, refused?: string): Example => ({
  title: `a Subnet of ${cidrBlock || "no CIDR"}`,
  kind: Subnet,
  name: "sn",
  body: { spec: { cidrBlock } },
  ...(refused ? { refused } : {}),
});

const holder = { kind: "IP", name: "web-0.prod", uid: "u1" };
const claim = (name: string, address: string, refused?: string): Example => ({
  title: `the claim ${name} of ${address}`,
  kind: AddressClaim,
  name,
  body: { spec: { subnet: "sn1", subnetUid: "s1", address, holder } },
  ...(refused ? { refused } : {}),
});

const held = { subnet: "sn1", subnetUid: "s1", address: "10.0.0.5", holder, ownerKey: "prod/web-0" };
const edited = (what: string, spec: Body, refused?: string): Example => ({
  title: `a claim edited: ${what}`,
  kind: AddressClaim,
  name: "sn1.10.0.0.5",
  before: { spec: held },
  body: { spec },
  ...(refused ? { refused } : {}),
});

const record = (what: string, before: Body, spec: Body, refused?: string): Example => ({
  title: `an IP record edited: ${what}`,
  kind: IP,
  name: "web-0.prod",
  before: { spec: before },
  body: { spec },
  ...(refused ? { refused } : {}),
});

export const examples: readonly Example[] = [
  subnet(""),
  subnet("10.16.0.0/16"),
  subnet("10.1.2.3/16"),
  subnet("10.0.0.0/31"),
  subnet("fd00::/127"),
  subnet("FD00::1/64"),
  subnet("10.16.0.0/16,fd00::/64"),
  subnet("fd00::/64,10.16.0.0/16"),
  subnet("0.0.0.0/0"),
  subnet("10.16.0.0", "every entry must be a CIDR"),
  subnet("10.16.0.0/33", "every entry must be a CIDR"),
  subnet("10.16.0.0/16,", "every entry must be a CIDR"),
  subnet("10.16.0.0/16, fd00::/64", "every entry must be a CIDR"),
  subnet("010.16.0.0/16", "every entry must be a CIDR"),
  subnet("constructor", "every entry must be a CIDR"),
  subnet("10.16.0.1/32", "at least two addresses"),
  subnet("fd00::1/128", "at least two addresses"),
  subnet("10.16.0.0/16,fd00::1/128", "at least two addresses"),
  subnet("10.16.0.0/16,10.17.0.0/16", "at most one CIDR per family"),
  subnet("fd00::/64,fd01::/64", "at most one CIDR per family"),
  subnet("10.16.0.0/16,fd00::/64,fd01::/64", "at most one CIDR per family"),
  subnet("1".repeat(129), "may not be more than 128"),
  {
    title: "a Subnet keeps what nobody described, at every depth",
    kind: Subnet,
    name: "sn",
    body: {
      spec: {
        cidrBlock: "10.16.0.0/16",
        later: { deep: [1, { x: "y" }] },
        acls: [{ action: "drop", priority: 1, log: true }],
        u2oFeatures: { overlayOnlyRouting: true, more: "kept" },
        namespaceSelectors: [{
          matchExpressions: [{ key: "a", operator: "Bogus", extra: 1 }],
          extra: "kept",
        }],
      },
    },
  },
  {
    title: "a Subnet with a typo in gateway and excludeIps, which its conditions will name",
    kind: Subnet,
    name: "sn",
    body: { spec: { cidrBlock: "10.16.0.0/16", gateway: "10.99.0.1", excludeIps: ["10.16.0.x", "b..a"] } },
  },
  {
    title: "a Subnet with a number for a string",
    kind: Subnet,
    name: "sn",
    body: { spec: { vpc: 7 } },
    refused: "spec.vpc",
  },
  {
    title: "a Subnet with a string for a list",
    kind: Subnet,
    name: "sn",
    body: { spec: { excludeIps: "10.16.0.1" } },
    refused: "spec.excludeIps",
  },
  {
    title: "a Vpc without a spec gets an empty one",
    kind: Vpc,
    name: "v",
    body: {},
    stored: { spec: {} },
  },
  {
    title: "a Vpc with a BFD port that says nothing gets the default",
    kind: Vpc,
    name: "v",
    body: { spec: { bfdPort: {} } },
    stored: { spec: { bfdPort: { enabled: false } } },
  },
  {
    title: "a Vip with a status in its body, for it has no status subresource",
    kind: Vip,
    name: "vip",
    body: {
      spec: { subnet: "sn" },
      status: { v4ip: "10.0.0.9", conditions: [{ type: "Ready", status: "True" }] },
    },
  },
  {
    title: "a Vip with two conditions of one type",
    kind: Vip,
    name: "vip",
    body: {
      spec: {},
      status: { conditions: [{ type: "Ready", status: "True" }, { type: "Ready", status: "False" }] },
    },
    refused: "Duplicate value",
  },
  {
    title: "an IPPool without a subnet",
    kind: IPPool,
    name: "p",
    body: { spec: { ips: [] } },
    refused: "spec.subnet",
  },
  { title: "an IPPool without a spec", kind: IPPool, name: "p", body: {}, refused: "spec: Required value" },
  {
    title: "an IPPool gets its default",
    kind: IPPool,
    name: "p",
    body: { spec: { subnet: "sn", ips: ["10.0.0.1..10.0.0.9"] } },
    stored: { spec: { subnet: "sn", ips: ["10.0.0.1..10.0.0.9"], enableAddressSet: false } },
  },
  {
    title: "a DNAT rule of an unknown type",
    kind: IptablesDnatRule,
    name: "d",
    body: { spec: { type: "both" } },
    refused: "spec.type",
  },
  {
    title: "a NAT gateway with an empty bfd gets the defaults",
    kind: VpcNatGateway,
    name: "g",
    body: {
      spec: {
        bfd: {},
        tolerations: [{ key: "a", operator: "Exists" }],
        affinity: { nodeAffinity: { x: 1 } },
      },
    },
    stored: {
      spec: {
        bfd: { enabled: false, minRX: 1000, minTX: 1000, multiplier: 3 },
        replicas: 1,
        tolerations: [{ key: "a", operator: "Exists" }],
        affinity: { nodeAffinity: { x: 1 } },
      },
    },
  },
  {
    title: "a NAT gateway with no replicas",
    kind: VpcNatGateway,
    name: "g",
    body: { spec: { replicas: 0 } },
    refused: "spec.replicas",
  },

  claim("sn1.10.0.0.5", "10.0.0.5"),
  claim("sn1.6xfd00--5x", "fd00::5"),
  claim("sn1.6x--1x", "::1"),
  claim("sn1.6xfd00--x", "fd00::"),
  claim("sn1.mac-02-00-00-00-00-0a", "02:00:00:00:00:0a"),
  claim("sn1.10.0.0.6", "10.0.0.5", "metadata.name must be"),
  claim("sn2.10.0.0.5", "10.0.0.5", "metadata.name must be"),
  claim("sn1.6xfd00-0--5x", "fd00:0::5", "canonical form"),
  claim("sn1.6xfd00--ax", "fd00::A", "canonical form"),
  claim("sn1.10.0.0.05", "10.0.0.05", "canonical form"),
  claim("sn1.mac-02-00-00-00-00-0a", "02:00:00:00:00:0A", "canonical form"),
  claim("sn1.mac-02-00-00-00-00", "02:00:00:00:00", "canonical form"),
  claim("sn1.", "", "canonical form"),
  {
    title: "a claim drops what nobody described",
    kind: AddressClaim,
    name: "sn1.10.0.0.5",
    body: { spec: { ...held, more: 1, holder: { ...holder, more: 1 } }, status: {} },
    stored: { spec: held },
  },
  {
    title: "a claim without a holder",
    kind: AddressClaim,
    name: "sn1.10.0.0.5",
    body: { spec: { subnet: "sn1", subnetUid: "s1", address: "10.0.0.5" } },
    refused: "spec.holder: Required value",
  },
  {
    title: "a claim in a Subnet whose name is too long",
    kind: AddressClaim,
    name: `${"s".repeat(211)}.10.0.0.5`,
    body: { spec: { ...held, subnet: "s".repeat(211) } },
    refused: "spec.subnet",
  },
  {
    title: "the longest name that a claim can have",
    kind: AddressClaim,
    name: `${"s".repeat(210)}.6xfd00-1111-2222-3333-4444-5555-6666-7777x`,
    body: { spec: { ...held, subnet: "s".repeat(210), address: "fd00:1111:2222:3333:4444:5555:6666:7777" } },
  },
  edited("nothing", held),
  edited("uid of the holder", { ...held, holder: { ...holder, uid: "u2" } }),
  edited("no uid of the holder", { ...held, holder: { ...holder, uid: "" } }, "spec.holder.uid"),
  edited("name of the holder", { ...held, holder: { ...holder, name: "web-1.prod" } }, "name is immutable"),
  edited("kind of the holder", { ...held, holder: { ...holder, kind: "Vip" } }, "kind is immutable"),
  edited("address", { ...held, address: "10.0.0.6" }, "address is immutable"),
  edited("subnet", { ...held, subnet: "sn2" }, "subnet is immutable"),
  edited("uid of the Subnet", { ...held, subnetUid: "s2" }, "subnetUid is immutable"),
  edited("owner", { ...held, ownerKey: "prod/web-1" }, "ownerKey is immutable"),
  edited("owner removed", (({ ownerKey: _, ...rest }) => rest)(held), "ownerKey is immutable"),

  record("addresses of a reservation filled in", { podName: "web-0", namespace: "prod", subnet: "sn1" }, {
    podName: "web-0",
    namespace: "prod",
    subnet: "sn1",
    ipAddress: "10.0.0.5,fd00::5",
    v4IpAddress: "10.0.0.5",
    v6IpAddress: "fd00::5",
    macAddress: "02:00:00:00:00:01",
  }),
  record("filled in where empty", { v4IpAddress: "", ipAddress: "" }, {
    v4IpAddress: "10.0.0.5",
    ipAddress: "10.0.0.5",
  }),
  record("the second family added", { v4IpAddress: "10.0.0.5", ipAddress: "10.0.0.5" }, {
    v4IpAddress: "10.0.0.5",
    v6IpAddress: "fd00::5",
    ipAddress: "10.0.0.5,fd00::5",
  }),
  record("the first family added", { v6IpAddress: "fd00::5", ipAddress: "fd00::5" }, {
    v4IpAddress: "10.0.0.5",
    v6IpAddress: "fd00::5",
    ipAddress: "10.0.0.5,fd00::5",
  }),
  record("what is not identity", { v4IpAddress: "10.0.0.5", nodeName: "n1", podType: "" }, {
    v4IpAddress: "10.0.0.5",
    nodeName: "n2",
    podType: "StatefulSet",
    containerID: "c",
    unknown: true,
  }),
  record("v4", { v4IpAddress: "10.0.0.5" }, { v4IpAddress: "10.0.0.6" }, "v4IpAddress is set once"),
  record("v6", { v6IpAddress: "fd00::5" }, { v6IpAddress: "fd00::6" }, "v6IpAddress is set once"),
  record("v4 removed", { v4IpAddress: "10.0.0.5" }, {}, "v4IpAddress is set once"),
  record("v4 emptied", { v4IpAddress: "10.0.0.5" }, { v4IpAddress: "" }, "v4IpAddress is set once"),
  record("both", { ipAddress: "10.0.0.5" }, { ipAddress: "10.0.0.55" }, "ipAddress is set once"),
  record(
    "one of both removed",
    { ipAddress: "10.0.0.5,fd00::5" },
    { ipAddress: "10.0.0.5" },
    "ipAddress is set once",
  ),
  record(
    "MAC",
    { macAddress: "02:00:00:00:00:01" },
    { macAddress: "02:00:00:00:00:02" },
    "macAddress is set once",
  ),
  record("subnet", { subnet: "sn1" }, { subnet: "sn2" }, "subnet is set once"),
  record("pod", { podName: "web-0" }, { podName: "web-1" }, "podName is set once"),
  record("namespace", { namespace: "prod" }, { namespace: "test" }, "namespace is set once"),
  {
    title: "an IP record loses its spec",
    kind: IP,
    name: "web-0.prod",
    before: { spec: { v4IpAddress: "10.0.0.5" } },
    body: {},
    refused: "v4IpAddress is set once",
  },
];
