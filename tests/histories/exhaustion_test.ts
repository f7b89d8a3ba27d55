import { assert, assertEquals } from "@std/assert";
import { boundaries, crashAt, MOMENTS } from "./exhaustion.ts";
import { draw } from "./history.ts";
import { anything, directed } from "./setups.ts";

/** Of each set-up. */
const HISTORIES = 8;
/** Of each pair, with one replica and with two. */
const EACH = 2;

/** If one of these is missing, the histories have stopped to reach it. */
const EXPECTED = [
  "Subnet: merge Subnet",
  "Subnet: apply Subnet",
  "Subnet: apply Subnet/status",
  "Subnet: patch Subnet",
  "Vpc: apply Vpc",
  "Vpc: patch Vpc",
  "Namespace: apply Namespace",
  "Node: create IP",
  "Node: create AddressClaim",
  "Node: apply Node",
  "Pod: create IP",
  "Pod: apply IP",
  "Pod: create AddressClaim",
  "Pod: apply Pod",
  "Pod: merge Pod",
  "IP: delete IP",
  "AddressClaim: merge Pod",
  "AddressClaim: delete AddressClaim",
  "Vip: apply Vip",
  "Vip: create AddressClaim",
  "IptablesEIP: apply IptablesEIP",
  "IptablesEIP: create AddressClaim",
  "IptablesEIP: apply IptablesEIP/status",
  "IptablesEIP: merge IptablesEIP",
  "IptablesEIP: patch IptablesEIP",
  "IptablesFIPRule: apply IptablesFIPRule",
  "IptablesDnatRule: apply IptablesDnatRule/status",
  "IptablesSnatRule: patch IptablesSnatRule",
  "VpcNatGateway: apply VpcNatGateway",
  "VpcNatGateway: apply VpcNatGateway/status",
  "VpcNatGateway: apply StatefulSet",
  "VpcNatGateway: apply Deployment",
  "VpcNatGateway: apply ConfigMap",
  "VpcNatGateway: patch VpcNatGateway",
  "Subnet: create IP",
  "Subnet: create AddressClaim",
];

Deno.test("a crash before, during and after every write of every handler is survived, with one replica and with two", () => {
  const tried = new Map<string, number>();
  const histories = [anything, ...directed].flatMap(({ name }) =>
    Array.from({ length: HISTORIES }, (_, i) => draw(i + 1, { begin: name }))
  );
  for (const history of histories) {
    const { seed, setup, replicas } = history.setting;
    for (const boundary of boundaries(history)) {
      const key = `${replicas} ${boundary.pair}`, times = tried.get(key) ?? 0;
      if (times >= EACH) continue;
      tried.set(key, times + 1);
      for (const moment of MOMENTS) {
        const { violation } = crashAt(history, boundary, moment);
        const where = `seed ${seed} (${setup}), ${moment} action ${boundary.index}, ${boundary.pair}`;
        assertEquals(violation?.message, undefined, where);
      }
    }
  }
  const pairs = new Set([...tried.keys()].map((key) => key.slice(2)));
  console.log(`${pairs.size} pairs of handler and write`);
  for (const pair of EXPECTED) assert(pairs.has(pair), `no history reached ${pair}`);
});
