/** What lives and dies in a soak, beside plain pods: a table of lives, each from its beginning to its end. */
import type { Json } from "../../kube/api.ts";
import { attachment, ovn, pod, record } from "../scenarios/manifests.ts";

/** Where all of it happens. */
export interface Place {
  readonly namespace: string;
}

/** What it is called, what its pods ask for, and how often it comes among a hundred. */
interface Wish {
  readonly weight: number;
  readonly annotations: (place: Place, draw: (below: number) => number) => Readonly<Record<string, string>>;
}

const key = (suffix: string): string => `ovn.kubernetes.io/${suffix}`;

/** Addresses that pods name themselves, whatever others do with them. */
const FIXED = 230;

export const WISHES: Readonly<Record<string, Wish>> = {
  nothing: { weight: 55, annotations: () => ({}) },
  "two networks": {
    weight: 18,
    annotations: ({ namespace }) => ({ "k8s.v1.cni.cncf.io/networks": `${namespace}/one` }),
  },
  "a pool": { weight: 9, annotations: () => ({ [key("ip_pool")]: "pool" }) },
  "an address": {
    weight: 9,
    annotations: (_, draw) => ({ [key("ip_address")]: `10.100.0.${FIXED + draw(8)}` }),
  },
  "a Vip": { weight: 9, annotations: (_, draw) => ({ [key("vip")]: `vip-${draw(VIPS)}` }) },
};

export const VIPS = 6;
export const MACHINES = 4;

/** Objects that are created in this order, live for a while, and are deleted in any. */
export interface Life {
  /** So many of them at once. */
  readonly count: number;
  readonly objects: (place: Place, i: number, draw: (below: number) => number) => readonly Json[];
  /** Longer than others. */
  readonly longestMs?: number;
}

export const LIVES: Readonly<Record<string, Life>> = {
  vip: {
    count: VIPS,
    objects: (_, i, draw) => [
      ovn("Vip", `vip-${i}`, { subnet: "soak", ...(draw(2) ? { v4ip: `10.100.0.${FIXED + draw(8)}` } : {}) }),
    ],
  },
  eip: {
    count: 6,
    objects: (_, i, draw) => {
      const name = `eip-${i}`;
      const rule = [
        ovn("IptablesFIPRule", name, { eip: name, internalIp: `10.102.0.${10 + i}` }),
        ovn("IptablesSnatRule", name, { eip: name, internalCIDR: "10.102.0.0/28" }),
        ovn("IptablesDnatRule", name, {
          eip: name,
          externalPort: "80",
          internalPort: "8080",
          protocol: "tcp",
          internalIp: "10.102.0.20",
        }),
      ][i % 3]!;
      const fixed = draw(3) === 0 ? { v4ip: `192.168.60.${40 + draw(4)}` } : {};
      return [
        ovn("IptablesEIP", name, { natGwDp: `gw-${i % 2}`, externalSubnet: "outside", ...fixed }),
        rule,
      ];
    },
  },
  gateway: {
    count: 2,
    longestMs: 40_000,
    objects: (_, i) => [
      ovn("VpcNatGateway", `gw-${i}`, {
        vpc: "soak",
        subnet: "inside",
        lanIp: `10.102.0.${250 - i}`,
        externalSubnets: ["outside"],
      }),
    ],
  },
  subnet: {
    count: 3,
    objects: ({ namespace }, i) => {
      const name = `coming-${i}`, annotations = { [key("logical_switch")]: name };
      const pods = [0, 1, 2].map((n) => in_(namespace, pod(`${name}-${n}`, annotations)));
      return [ovn("Subnet", name, { cidrBlock: `10.110.${i}.0/26` }), ...pods];
    },
  },
  reservation: {
    count: 3,
    objects: ({ namespace }, i) => [
      record(`reserved-${i}.${namespace}`, {
        podName: `reserved-${i}`,
        namespace,
        subnet: "soak",
        v4IpAddress: `10.100.0.${245 + i}`,
      }, { labels: { "ovn.kubernetes.io/ip_reserved": "true" } }),
      in_(namespace, pod(`reserved-${i}`)),
    ],
  },
  pool: {
    count: 1,
    longestMs: 60_000,
    objects: () => [
      ovn("IPPool", "pool", {
        subnet: "soak",
        ips: ["10.100.0.200..10.100.0.219", "fd64:100::c8..fd64:100::db"],
      }),
    ],
  },
};

const in_ = (namespace: string, body: Json): Json => ({ ...body, metadata: { ...body.metadata, namespace } });

/** What stands from beginning to end: Subnets, a Vpc, and two networks beside the default one. */
export function standing({ namespace }: Place): readonly Json[] {
  return [
    in_(namespace, attachment("one", `one.${namespace}.ovn`)),
    in_(namespace, attachment("ext", `ext.${namespace}`, "macvlan")),
    ovn("Vpc", "soak", {}),
    ovn("Subnet", "soak", { cidrBlock: "10.100.0.0/24,fd64:100::/120", namespaces: [namespace] }),
    ovn("Subnet", "second", { cidrBlock: "10.101.0.0/24", provider: `one.${namespace}.ovn` }),
    ovn("Subnet", "inside", { cidrBlock: "10.102.0.0/24", vpc: "soak" }),
    ovn("Subnet", "outside", { cidrBlock: "192.168.60.0/26", provider: `ext.${namespace}` }),
  ];
}
