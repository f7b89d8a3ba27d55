/** Addresses that are somebody's, or nobody's to have. */
import { admin, ALICE, type Case, gone, key, KUBEOVN, podAt, podOf, told, waiting } from "../case.ts";

const asking = (name: string, address: string) => podOf(name, { [key("ip_address")]: address });
const record = (name: string, spec: object, labels: object = {}) => ({
  method: "POST",
  path: `${KUBEOVN}/ips`,
  body: { apiVersion: "kubeovn.io/v1", kind: "IP", metadata: { name, labels }, spec },
} as const);
const reserved = record("later.alice", {
  subnet: "alice-net",
  podName: "later",
  namespace: ALICE,
  v4IpAddress: "10.90.0.70",
  ipAddress: "10.90.0.70",
});

/** A bare pod that claims to be of a StatefulSet, to keep its address for ever. */
function pretender(name: string) {
  const call = podOf(name, { [key("ip_address")]: "10.90.0.80" }),
    { metadata, ...body } = call.body as { metadata: object };
  const owner = {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    name: "pretended",
    uid: "00000000-0000-4000-8000-000000000000",
    controller: true,
  };
  return { ...call, body: { ...body, metadata: { ...metadata, ownerReferences: [owner] } } };
}

export const theft: readonly Case[] = [
  {
    to: "take the gateway's address",
    call: asking("t1", "10.90.0.1"),
    code: [201, 201],
    then: waiting("t1", "10.90.0.1"),
    guards: "S5",
  },
  {
    to: "take the broadcast address",
    call: asking("t2", "10.90.0.255"),
    code: [201, 201],
    then: waiting("t2", "10.90.0.255"),
    guards: "S5",
  },
  {
    to: "take the network's address",
    call: asking("t3", "10.90.0.0"),
    code: [201, 201],
    then: waiting("t3", "10.90.0.0"),
    guards: "S5",
  },
  {
    to: "take an address of another pod",
    before: [asking("t4-victim", "10.90.0.50")],
    call: asking("t4", "10.90.0.50"),
    code: [201, 201],
    then: waiting("t4", "AddressConflict"),
  },
  {
    to: "take it by a list of one",
    before: [asking("t5-victim", "10.90.0.51")],
    call: podOf("t5", { [key("ip_pool")]: "10.90.0.51" }),
    code: [201, 201],
    then: waiting("t5", "AddressConflict"),
  },
  {
    to: "take a reserved address",
    before: [reserved],
    call: asking("t6", "10.90.0.70"),
    code: [201, 201],
    then: waiting("t6", "AddressConflict"),
    guards: "S25",
  },
  {
    to: "take an unspecified address",
    call: asking("t7", "0.0.0.0"),
    code: [201, 201],
    then: waiting("t7", "0.0.0.0"),
    guards: "S5",
  },
  {
    to: "take a multicast address",
    call: asking("t8", "224.0.0.1"),
    code: [201, 201],
    then: waiting("t8", "224.0.0.1"),
    guards: "S5",
  },
  {
    to: "take another pod's MAC",
    before: [podOf("t9-victim", { [key("mac_address")]: "02:00:00:00:09:09" })],
    call: podOf("t9", { [key("mac_address")]: "02:00:00:00:09:09" }),
    code: [201, 201],
    then: waiting("t9", "AddressConflict"),
    guards: "S17",
  },
  {
    to: "have a multicast MAC",
    call: podOf("t10", { [key("mac_address")]: "01:00:5e:00:00:01" }),
    code: [201, 201],
    then: waiting("t10", "mac_address"),
  },
  {
    to: "keep an address by a forged owner that is no StatefulSet",
    call: pretender("pretended-0"),
    code: [201, 201],
    then: gone(`${KUBEOVN}/ips/pretended-0.alice`),
    guards: "L2",
  },
  {
    to: "reserve an address oneself",
    call: record("mine.alice", { subnet: "bob-net", v4IpAddress: "10.91.0.9" }),
    code: [403, 403],
  },
  {
    to: "delete another's record",
    call: { method: "DELETE", path: `${KUBEOVN}/ips/db.bob` },
    code: [403, 403],
    guards: "S13",
  },
  {
    to: "give the same address back and take it with another pod",
    before: [asking("t14-first", "10.90.0.55"), {
      method: "DELETE",
      path: `${podAt("t14-first")}?gracePeriodSeconds=0`,
    }],
    call: asking("t14", "10.90.0.55"),
    code: [201, 201],
    then: told("t14", "10.90.0.55"),
  },
  {
    to: "reserve an address that a pod has",
    as: admin,
    before: [asking("t15-victim", "10.90.0.56")],
    call: record("thief.alice", {
      subnet: "alice-net",
      podName: "thief",
      namespace: ALICE,
      v4IpAddress: "10.90.0.56",
      ipAddress: "10.90.0.56",
    }),
    code: [201, 201],
    then: told("t15-victim", "10.90.0.56"),
  },
];
