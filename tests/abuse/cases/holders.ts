/** Vips, EIPs and pools: holders of addresses beside pods. */
import { admin, alice, type Case, hidden, key, KUBEOVN, podOf, shown, told, waiting } from "../case.ts";

const create = (kind: string, plural: string, name: string, spec: object) => ({
  method: "POST",
  path: `${KUBEOVN}/${plural}`,
  body: { apiVersion: "kubeovn.io/v1", kind, metadata: { name }, spec },
} as const);
const vip = (name: string, spec: object) => create("Vip", "vips", name, { subnet: "bob-net", ...spec });
const eip = (name: string, v4Ip: string) =>
  create("OvnEip", "ovn-eips", name, { externalSubnet: "outside", v4Ip, type: "nat" });
const pool = (name: string, ips: readonly string[]) =>
  create("IPPool", "ippools", name, { subnet: "bob-net", ips });
const at = (plural: string, name: string) => `${KUBEOVN}/${plural}/${name}`;
const asking = (name: string, address: string) =>
  podOf(name, { [key("logical_switch")]: "bob-net", [key("ip_address")]: address });

export const holders: readonly Case[] = [
  {
    to: "have a Vip at another's address",
    as: admin,
    call: vip("h1", { v4ip: "10.91.0.50" }),
    code: [201, 201],
    then: shown(at("vips", "h1"), "AddressConflict"),
    guards: "S9",
  },
  {
    to: "have a Vip at the gateway",
    as: admin,
    call: vip("h2", { v4ip: "10.91.0.1" }),
    code: [201, 201],
    then: shown(at("vips", "h2"), "10.91.0.1 "),
    guards: "S5",
  },
  {
    to: "have a Vip that is no address",
    as: admin,
    call: vip("h3", { v4ip: "ten" }),
    code: [201, 201],
    then: shown(at("vips", "h3"), "AddressOutOfRange"),
  },
  {
    to: "move a Vip",
    as: admin,
    before: [vip("h4", { v4ip: "10.91.0.171" })],
    call: { method: "MERGE", path: at("vips", "h4"), body: { spec: { v4ip: "10.91.0.50" } } },
    code: [200, 200],
    then: shown(at("vips", "h4"), "AddressChangeDenied"),
    guards: "S8",
  },
  {
    to: "forge what a Vip has",
    as: admin,
    before: [vip("h5", { v4ip: "10.91.0.172" })],
    call: { method: "MERGE", path: at("vips", "h5"), body: { status: { v4ip: "10.91.0.50" } } },
    code: [422, 200],
    then: hidden(at("vips", "h5"), '"v4ip":"10.91.0.50"'),
    guards: "S9",
  },
  {
    to: "take a Vip's address with a pod",
    call: asking("h6", "10.91.0.170"),
    code: [422, 201],
    then: waiting("h6", "AddressConflict"),
    guards: "S9",
  },
  {
    to: "have an EIP at another's address",
    as: admin,
    call: eip("h7", "192.168.90.50"),
    code: [201, 201],
    then: shown(at("ovn-eips", "h7"), "AddressConflict"),
    guards: "S9",
  },
  {
    to: "have an EIP at the gateway",
    as: admin,
    call: eip("h8", "192.168.90.1"),
    code: [201, 201],
    then: shown(at("ovn-eips", "h8"), "192.168.90.1 "),
    guards: "S5",
  },
  {
    to: "have an EIP of another Subnet's block",
    as: admin,
    call: eip("h9", "10.91.0.60"),
    code: [201, 201],
    then: shown(at("ovn-eips", "h9"), "AddressOutOfRange"),
  },
  {
    to: "wear another namespace's Vip",
    call: podOf("h10", { [key("vip")]: "bobs-vip" }),
    code: [422, 201],
    then: told("h10", "10.91.0.170"),
    isolated: waiting("h10", "NotPermitted"),
  },
  {
    to: "draw from another namespace's pool",
    call: podOf("h11", { [key("ip_pool")]: "bobs-pool" }),
    code: [422, 201],
  },
  {
    to: "have a pool of addresses that are another pool's",
    as: admin,
    call: pool("h12", ["10.91.0.155"]),
    code: [201, 201],
    then: shown(at("ippools", "h12"), "bobs-pool"),
    guards: "S18",
  },
  {
    to: "have a pool of a thousand single addresses",
    as: admin,
    call: pool("h13", Array.from({ length: 1_000 }, (_, i) => `fd91::1:${i.toString(16)}`)),
    code: [201, 201],
    then: shown(at("ippools", "h13"), '"type":"Ready"'),
  },
  {
    to: "have a pool that is no addresses",
    as: admin,
    call: pool("h14", ["constructor"]),
    code: [201, 201],
    then: shown(at("ippools", "h14"), "constructor"),
  },
  {
    to: "take an address of a pool without naming it",
    call: asking("h15", "10.91.0.151"),
    code: [422, 201],
    guards: "S18",
  },
  { to: "create a Vip without being an administrator", as: alice, call: vip("h16", {}), code: [403, 403] },
  { to: "create an EIP without being one", as: alice, call: eip("h17", "192.168.90.60"), code: [403, 403] },
  { to: "create a pool without being one", as: alice, call: pool("h18", ["10.91.0.0/24"]), code: [403, 403] },
];
