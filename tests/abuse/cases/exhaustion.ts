/** More than anybody needs. Afterwards the operator is alive, and serves whoever comes. */
import { admin, type Case, key, KUBEOVN, podOf, shown, subnetOf, told, waiting } from "../case.ts";

const NETWORKS = "k8s.v1.cni.cncf.io/networks";
const ready = (name: string) => shown(`${KUBEOVN}/subnets/${name}`, '"status":"True","type":"Ready"');

export const exhaustion: readonly Case[] = [
  {
    to: "attach forty thousand networks",
    call: podOf("x1", { [NETWORKS]: "net,".repeat(40_000) }),
    code: [422, 201],
  },
  {
    to: "list twenty thousand addresses",
    call: podOf("x2", { [key("ip_pool")]: "10.90.0.1,".repeat(20_000) }),
    code: [422, 201],
    then: waiting("x2", "ip_pool"),
  },
  {
    to: "slow down the parser of addresses",
    call: podOf("x3", { [key("ip_address")]: "1.".repeat(100_000) }),
    code: [422, 201],
    then: waiting("x3", "ip_address"),
  },
  {
    to: "slow down the parser of MACs",
    call: podOf("x4", { [key("mac_address")]: "aa:".repeat(60_000) }),
    code: [422, 201],
    then: waiting("x4", "mac_address"),
  },
  {
    to: "slow down the parser of families",
    call: podOf("x5", { [key("ip_family")]: "i".repeat(4_000) }),
    code: [201, 201],
    then: waiting("x5", "InvalidIPFamily"),
  },
  {
    to: "have a Subnet of sixteen million addresses",
    as: admin,
    call: subnetOf("huge", { cidrBlock: "11.0.0.0/8" }),
    code: [201, 201],
    then: ready("huge"),
  },
  {
    to: "have one of 2^64",
    as: admin,
    call: subnetOf("vast", { cidrBlock: "fd64::/64" }),
    code: [201, 201],
    then: ready("vast"),
  },
  {
    to: "have one of 2^112",
    as: admin,
    call: subnetOf("vaster", { cidrBlock: "fd65::/16" }),
    code: [201, 201],
    then: ready("vaster"),
  },
  {
    to: "exclude ten thousand addresses one by one",
    as: admin,
    call: subnetOf("holes", {
      cidrBlock: "10.92.0.0/16",
      excludeIps: Array.from({ length: 10_000 }, (_, i) => `10.92.${i >> 7}.${(i & 127) * 2}`),
    }),
    code: [201, 201],
    then: ready("holes"),
  },
  {
    to: "name ten thousand namespaces",
    as: admin,
    call: subnetOf("wide", {
      cidrBlock: "10.93.0.0/24",
      namespaces: Array.from({ length: 10_000 }, (_, i) => `ghost-${i}`),
    }),
    code: [201, 201],
    then: ready("wide"),
  },
  {
    to: "fill annotations that nobody reads",
    call: podOf(
      "x11",
      Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a${i}`, "x".repeat(20)])),
    ),
    code: [201, 201],
    then: told("x11", "10.90."),
  },
];
