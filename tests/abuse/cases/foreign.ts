/** Subnets, pools and networks of another namespace. Without isolation they may be named, as in Kube-OVN; nothing is taken from anybody. */
import { ALICE, type Case, key, podOf, podsOf, told, waiting } from "../case.ts";

const NETWORKS = "k8s.v1.cni.cncf.io/networks";

export const foreign: readonly Case[] = [
  {
    to: "name a Subnet of another namespace",
    call: podOf("f1", { [key("logical_switch")]: "bob-net" }),
    code: [422, 201],
    then: told("f1", "10.91."),
    isolated: waiting("f1", "NotPermitted"),
  },
  {
    to: "name it for an attached network",
    call: podOf("f2", { "net1.alice.ovn.kubernetes.io/logical_switch": "bob-net" }),
    code: [422, 201],
    then: told("f2", "10.90."),
  },
  {
    to: "hide it in a list with blanks",
    call: podOf("f3", { [key("logical_switch")]: "alice-net, bob-net" }),
    code: [422, 201],
    then: waiting("f3", "logical_switch"),
  },
  {
    to: "name it for one interface",
    call: podOf("f4", { "net1.alice.kubernetes.io/logical_switch.eth2": "bob-net" }),
    code: [201, 201],
    then: told("f4", "10.90."),
  },
  {
    to: "write it in upper case",
    call: podOf("f5", { [key("logical_switch")]: "BOB-NET" }),
    code: [422, 201],
    then: waiting("f5", "logical_switch"),
  },
  {
    to: "name a Subnet that is not there",
    call: podOf("f6", { [key("logical_switch")]: "ghost" }),
    code: [422, 201],
    then: waiting("f6", "NoSubnet"),
  },
  {
    to: "ask for an address of another's Subnet without naming it",
    call: podOf("f7", { [key("ip_address")]: "10.91.0.60" }),
    code: [201, 201],
    then: waiting("f7", "AddressOutOfRange"),
  },
  {
    to: "list addresses of another's Subnet",
    call: podOf("f8", { [key("ip_pool")]: "10.91.0.61,10.91.0.62" }),
    code: [201, 201],
    then: waiting("f8", "AddressOutOfRange"),
  },
  {
    to: "name a pool of another namespace",
    call: podOf("f9", { [key("ip_pool")]: "bobs-pool" }),
    code: [422, 201],
    then: waiting("f9", "bobs-pool"),
  },
  {
    to: "pair with another's Vip",
    call: podOf("f10", { [key("aaps")]: "bobs-vip" }),
    code: [422, 201],
    then: told("f10", "10.90."),
  },
  { to: "attach another's network", call: podOf("f11", { [NETWORKS]: "bob/net1" }), code: [422, 201] },
  {
    to: "attach it with an escaped key",
    call: podOf("f12", { [NETWORKS]: '[{"name":"net1","\\u006eamespace":"bob"}]' }),
    code: [422, 201],
  },
  {
    to: "replace the default network by another's",
    call: podOf("f13", { "v1.multus-cni.io/default-network": "bob/net1" }),
    code: [422, 201],
  },
  {
    to: "get into the nodes' Subnet",
    call: podOf("f14", { [key("logical_switch")]: "join", [key("ip_address")]: "100.64.0.2" }),
    code: [422, 201],
    then: waiting("f14", "AddressConflict"),
    guards: "S1",
  },
  {
    to: "bind the own namespace to another's Subnet",
    call: {
      method: "MERGE",
      path: `/api/v1/namespaces/${ALICE}`,
      body: { metadata: { annotations: { [key("logical_switch")]: "bob-net" } } },
    },
    code: [403, 403],
  },
  {
    to: "name a Subnet on which the account has the verb use",
    call: podOf("f17", { [key("logical_switch")]: "lent-net" }),
    code: [201, 201],
    then: told("f17", "10.95."),
  },
  {
    to: "name a pool on which the account has the verb use, in a Subnet on which it has not",
    call: podOf("f18", { [key("ip_pool")]: "lent-pool" }),
    code: [201, 201],
    then: told("f18", "10.94.0.16"),
  },
  {
    to: "wear a Vip of another namespace on which the account has the verb use",
    call: podOf("f19", { [key("vip")]: "lent-vip" }),
    code: [201, 201],
    then: told("f19", "10.94.0.171"),
  },
  {
    to: "name the same under an account that has not",
    call: {
      ...podOf("f20"),
      body: {
        metadata: { name: "f20", annotations: { [key("logical_switch")]: "lent-net" } },
        spec: { serviceAccountName: "other", containers: [{ name: "c", image: "none" }] },
      },
    },
    code: [422, 201],
    then: told("f20", "10.95."),
    isolated: waiting("f20", "NotPermitted"),
  },
  { to: "create a pod in another namespace", call: podOf("f16", {}, "bob"), code: [403, 403] },
  { to: "read another namespace's pods", call: { method: "GET", path: podsOf("bob") }, code: [403, 403] },
];
