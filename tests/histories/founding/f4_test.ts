/** F4: whoever has an address of a Subnet is counted, once, and nobody else has it. */
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { OvnEip } from "../../../crds/ovn_eip.ts";
import { Vip } from "../../../crds/vip.ts";
import type { Action } from "../action.ts";
import { created, deleted, killed, pod, story, testBed } from "./story.ts";

const TAKEN = "10.66.0.5", ASK = { "ovn.kubernetes.io/ip_address": TAKEN };
const eip = (name: string, wish: Record<string, string> = {}): Action =>
  created(OvnEip, { metadata: { name }, spec: { externalSubnet: "sn1", ...wish } });
const natEip = (name: string, wish: Record<string, string> = {}): Action =>
  created(IptablesEIP, { metadata: { name }, spec: { externalSubnet: "sn1", natGwDp: "gw", ...wish } });
const vip = (name: string, wish: Record<string, string> = {}): Action =>
  created(Vip, { metadata: { name }, spec: { subnet: "sn1", ...wish } });

story("F4: an EIP does not get the address of a pod, and the counters count it once", function* (stage) {
  yield* testBed();
  yield pod("app/p0", ASK);
  yield* stage.rest();
  yield eip("e0", { v4Ip: TAKEN });
  yield natEip("e1", { v4ip: TAKEN });
  yield* stage.meanwhile();
  yield vip("v0", { v4ip: TAKEN });
  yield* stage.rest();
  yield killed("app/p0");
});

story("F4: a pod does not get the address of an EIP, and of two EIPs one has it", function* (stage) {
  yield* testBed();
  yield eip("e0", { v4Ip: TAKEN });
  yield* stage.meanwhile();
  yield eip("e1", { v4Ip: TAKEN });
  yield pod("app/p0", ASK);
  yield* stage.rest();
  yield deleted(OvnEip, "e0");
});

story("F4: a Vip that a pod wears is counted once, and one of an EIP's name is another", function* (stage) {
  yield* testBed();
  yield vip("x");
  yield eip("x");
  yield* stage.rest();
  yield pod("app/p0", { "ovn.kubernetes.io/vip": "x" });
  yield* stage.meanwhile();
  yield pod("app/p1");
  yield* stage.rest();
  yield killed("app/p0");
});

story("F4: of two families, each counts what is its own", function* (stage) {
  yield* testBed({ cidrBlock: "10.66.0.0/28,fd66::/124" });
  yield natEip("four", { v4ip: TAKEN });
  yield vip("both");
  yield pod("app/p0", { "ovn.kubernetes.io/ip_family": "ipv6" });
  yield* stage.meanwhile();
  yield deleted(IptablesEIP, "four");
  yield pod("app/p1");
});

story(
  "F4: who comes and goes leaves the counters where they were, also while nobody counts",
  function* (stage) {
    yield* testBed({ excludeIps: ["10.66.0.9..10.66.0.12"] });
    yield eip("kept", { v4Ip: "10.66.0.9" });
    for (const round of [0, 1, 2]) {
      const coming = [eip(`e${round}`), natEip(`n${round}`), vip(`v${round}`), pod(`app/p${round}`)];
      if (round === 1) yield* stage.without(coming);
      else yield* coming;
      yield* stage.meanwhile();
      yield deleted(OvnEip, `e${round}`);
      yield deleted(IptablesEIP, `n${round}`);
      yield deleted(Vip, `v${round}`);
      yield killed(`app/p${round}`);
      yield* stage.meanwhile();
    }
  },
);
