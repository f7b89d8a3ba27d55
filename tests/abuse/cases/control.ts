/** The register itself, its definitions, the lease: by administrators, who may do more than is good. */
import {
  admin,
  ALICE,
  alice,
  type Attempt,
  CLAIMS,
  gone,
  hidden,
  key,
  KUBEOVN,
  podOf,
  shown,
  subnetOf,
} from "../case.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const LEASE = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/cadastre";
const asking = (name: string, address: string) => podOf(name, { [key("ip_address")]: address });
const merge = (path: string, body: object) => ({ method: "MERGE", path, body } as const);
const held = `${KUBEOVN}/subnets/alice-net`;
const FINALIZER = '"kubeovn.io/kube-ovn-controller"';

function claim(address: string, holder: string) {
  const spec = {
    subnet: "alice-net",
    subnetUid: "u",
    address,
    holder: { kind: "IP", name: holder, uid: "u" },
    ownerKey: `${ALICE}/ghost`,
  };
  return {
    method: "POST",
    path: CLAIMS,
    body: {
      apiVersion: "ipam.cadastre.internal/v1",
      kind: "AddressClaim",
      metadata: { name: `alice-net.${address}` },
      spec,
    },
  } as const;
}

function record(name: string, spec: object) {
  return {
    method: "POST",
    path: `${KUBEOVN}/ips`,
    body: { apiVersion: "kubeovn.io/v1", kind: "IP", metadata: { name }, spec },
  } as const;
}

export const control: readonly Attempt[] = [
  {
    to: "strip a finalizer from what is in use",
    as: admin,
    before: [podOf("c1")],
    call: merge(held, { metadata: { finalizers: null } }),
    code: [422, 200],
    then: shown(held, FINALIZER),
    guards: "S4",
  },
  {
    to: "write the counters",
    as: admin,
    call: merge(`${held}/status`, { status: { v4availableIPs: 7_777_777 } }),
    code: [422, 200],
    then: hidden(held, "7777777"),
    guards: "L4",
  },
  {
    to: "remove a definition",
    as: admin,
    call: { method: "DELETE", path: `${CRDS}/addressclaims.ipam.cadastre.internal?dryRun=All` },
    code: [422, 200],
  },
  {
    to: "remove all definitions",
    as: admin,
    call: { method: "DELETE", path: `${CRDS}?dryRun=All` },
    code: [422, 200],
  },
  {
    to: "delete the claim of a running pod",
    as: admin,
    before: [asking("c5", "10.90.0.110")],
    call: { method: "DELETE", path: `${CLAIMS}/alice-net.10.90.0.110` },
    code: [422, 200],
    then: shown(`${CLAIMS}/alice-net.10.90.0.110`, '"name":"c5.alice"'),
    guards: "S2",
  },
  {
    to: "squat on an address with a claim of nobody's",
    as: admin,
    call: claim("10.90.0.111", "ghost.alice"),
    code: [422, 201],
    then: gone(`${CLAIMS}/alice-net.10.90.0.111`),
    guards: "L2",
  },
  {
    to: "delete the record of a running pod",
    as: admin,
    before: [asking("c7", "10.90.0.112")],
    call: { method: "DELETE", path: `${KUBEOVN}/ips/c7.alice` },
    code: [200, 200],
    then: shown(`${KUBEOVN}/ips/c7.alice`, '"10.90.0.112"'),
    guards: "S8",
  },
  {
    to: "give a claim to another holder",
    as: admin,
    before: [asking("c8", "10.90.0.113")],
    call: merge(`${CLAIMS}/alice-net.10.90.0.113`, { spec: { holder: { name: "thief.alice" } } }),
    code: [422, 422],
    guards: "S3",
  },
  {
    to: "change the address of a record",
    as: admin,
    before: [asking("c9", "10.90.0.114")],
    call: merge(`${KUBEOVN}/ips/c9.alice`, { spec: { v4IpAddress: "10.90.0.115" } }),
    code: [422, 422],
    guards: "S8",
  },
  {
    to: "write a record for another's pod",
    as: admin,
    call: record("stranger.alice", {
      subnet: "bob-net",
      podName: "db",
      namespace: "bob",
      v4IpAddress: "10.91.0.120",
      ipAddress: "10.91.0.120",
    }),
    code: [201, 201],
    guards: "S25",
  },
  {
    to: "write a record without a Subnet",
    as: admin,
    call: record("lost.alice", { podName: "lost", namespace: ALICE, v4IpAddress: "10.90.0.121" }),
    code: [201, 201],
  },
  {
    to: "write a record that is no address",
    as: admin,
    call: record("odd.alice", { subnet: "alice-net", podName: "odd", namespace: ALICE, v4IpAddress: "ten" }),
    code: [201, 201],
  },
  {
    to: "delete a Vpc that is in use",
    as: admin,
    call: { method: "DELETE", path: `${KUBEOVN}/vpcs/red` },
    code: [200, 200],
    then: shown(`${KUBEOVN}/vpcs/red`, "Subnet red-net"),
    guards: "S4",
  },
  {
    to: "delete a Subnet that is in use",
    as: admin,
    before: [podOf("c14", { [key("logical_switch")]: "lent-net" })],
    call: { method: "DELETE", path: `${KUBEOVN}/subnets/lent-net` },
    code: [200, 200],
    then: shown(`${KUBEOVN}/subnets/lent-net`, "lent-net.10.95.0."),
    guards: "S4",
  },
  {
    to: "shrink a Subnet below its addresses",
    as: admin,
    before: [podOf("c15", { [key("logical_switch")]: "tight-net", [key("ip_address")]: "10.96.0.200" })],
    call: merge(`${KUBEOVN}/subnets/tight-net`, { spec: { cidrBlock: "10.96.0.0/25" } }),
    code: [200, 200],
    then: shown(`${KUBEOVN}/subnets/tight-net`, "10.96.0.200"),
    guards: "S5",
  },
  [
    {
      to: "steal the lease",
      as: admin,
      call: merge(LEASE, {
        spec: { holderIdentity: "thief" },
      }),
      code: [200, 200],
      then: hidden(LEASE, '"holderIdentity":"thief"'),
      guards: "L15",
    },
    {
      to: "delete the lease",
      as: admin,
      call: { method: "DELETE", path: LEASE },
      code: [200, 200],
      then: shown(LEASE, '"holderIdentity":"'),
      guards: "L15",
    },
  ],
  {
    to: "take the name of a Subnet for a block that overlaps",
    as: admin,
    call: subnetOf("alice-too", { cidrBlock: "10.90.0.0/25" }),
    code: [201, 201],
    then: shown(`${KUBEOVN}/subnets/alice-too`, "overlaps"),
    guards: "S1",
  },
  {
    to: "create a Subnet without being an administrator",
    as: alice,
    call: subnetOf("mine", { cidrBlock: "10.97.0.0/24" }),
    code: [403, 403],
  },
  {
    to: "create a claim without being one",
    as: alice,
    call: claim("10.90.0.122", "x.alice"),
    code: [403, 403],
  },
];
