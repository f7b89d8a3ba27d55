/** One thing written in many ways, and things that are no text. */
import { type Case, key, podOf, podsOf, told, waiting } from "../case.ts";

const LONG_NAME = `${"n".repeat(63)}.${"n".repeat(63)}.${"n".repeat(63)}.${"n".repeat(61)}`;
const asking = (name: string, address: string) => podOf(name, { [key("ip_address")]: address });
const raw = (name: string, annotations: string) => ({
  method: "POST",
  path: podsOf("alice"),
  body:
    `{"metadata":{"name":"${name}","annotations":{${annotations}}},"spec":{"containers":[{"name":"c","image":"none"}]}}`,
} as const);

export const encoding: readonly Case[] = [
  {
    to: "write an IPv4 address as IPv6",
    call: asking("e1", "::ffff:10.90.0.9"),
    code: [201, 201],
    then: waiting("e1", "ip_address"),
  },
  {
    to: "write leading zeros",
    call: asking("e2", "010.090.000.009"),
    code: [201, 201],
    then: waiting("e2", "ip_address"),
  },
  {
    to: "write a zone",
    call: asking("e3", "fd91::9%eth0"),
    code: [201, 201],
    then: waiting("e3", "ip_address"),
  },
  {
    to: "write a prefix length, which says nothing",
    call: asking("e4", "10.90.0.21/32"),
    code: [201, 201],
    then: told("e4", "10.90.0.21"),
  },
  {
    to: "write a quarter of a megabyte",
    call: asking("e5", "1".repeat(200_000)),
    code: [422, 201],
    then: waiting("e5", "ip_address"),
  },
  {
    to: "write a key twice in JSON",
    call: raw("e6", `"${key("ip_address")}":"10.90.0.30","${key("ip_address")}":"10.90.0.31"`),
    code: [201, 201],
    then: told("e6", "10.90.0.31"),
  },
  {
    to: "escape the key",
    call: raw("e7", `"\\u006fvn.kubernetes.io/ip_address":"10.90.0.32"`),
    code: [201, 201],
    then: told("e7", "10.90.0.32"),
  },
  {
    to: "write a NUL",
    call: asking("e8", "10.90.0.33\u0000"),
    code: [201, 201],
    then: waiting("e8", "ip_address"),
  },
  {
    to: "write text that runs backwards",
    call: asking("e9", "\u202e33.0.09.01"),
    code: [201, 201],
    then: waiting("e9", "ip_address"),
  },
  {
    to: "name a property of every object",
    call: podOf("e10", { [key("ip_pool")]: "constructor" }),
    code: [422, 201],
    then: waiting("e10", "constructor"),
  },
  {
    to: "be called like one",
    call: podOf("constructor"),
    code: [201, 201],
    then: told("constructor", "10.90."),
  },
  {
    to: "have a family that is a property",
    call: podOf("e12", { [key("ip_family")]: "__proto__" }),
    code: [201, 201],
    then: waiting("e12", "InvalidIPFamily"),
  },
  {
    to: "have the longest of names",
    call: podOf(LONG_NAME),
    code: [201, 201],
    then: waiting(LONG_NAME, "253"),
  },
  {
    to: "write the address in other digits",
    call: asking("e14", "１０.90.0.34"),
    code: [201, 201],
    then: waiting("e14", "ip_address"),
  },
  {
    to: "write a number in hexadecimal",
    call: asking("e15", "0x0a.90.0.35"),
    code: [201, 201],
    then: waiting("e15", "ip_address"),
  },
  {
    to: "write half an address",
    call: asking("e16", "10.90"),
    code: [201, 201],
    then: waiting("e16", "ip_address"),
  },
  {
    to: "write blanks around it",
    call: asking("e17", " 10.90.0.36 "),
    code: [201, 201],
    then: told("e17", "10.90.0.36"),
  },
];
