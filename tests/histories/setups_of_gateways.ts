/** Set-ups with NAT gateways: what they stand on, EIPs, and rules that want the same. */
import { tablesWith } from "../../controllers/mod.ts";
import { GATEWAYS as USUAL } from "../../controllers/nat/data_plane.ts";
import { nftables } from "../../controllers/nat/nftables.ts";
import { ruleKinds } from "../../crds/nat_rules.ts";
import type { Random } from "../conformance/random.ts";
import type { Action } from "./action.ts";
import { composition } from "./composition.ts";
import { calm } from "./peace.ts";
import { type Setup, user } from "./setup.ts";
import { allOfIt, eipNamed, EIPS, gatewayNamed, GATEWAYS, ground, ruleSpec } from "./users/gateways.ts";
import { chance, create } from "./users/user.ts";
import type { World } from "./world.ts";

function* standing(world: World, random: Random): Iterable<Action> {
  for (const [kind, request] of ground(random)) yield user(`create ${kind.kind}`, request);
  if (chance(random, 0.7)) yield* calm(world, random);
  yield user("create gateway", gatewayNamed(GATEWAYS[0], random));
  for (const name of EIPS) yield user("create eip", eipNamed(name, random));
  for (const kind of ruleKinds) {
    for (const name of ["r0", "r1"]) {
      yield user("create rule", create(kind, { metadata: { name }, spec: ruleSpec(kind, random) }));
    }
  }
  if (chance(random, 0.5)) yield* calm(world, random);
}

const RULES = ["create rule", "edit rule", "delete rule"],
  EIPS_TOO = ["create eip", "edit eip", "delete eip"];
const GATEWAYS_TOO = ["create gateway", "create gateway", "edit gateway", "delete gateway", "create ground"];
const PODS = ["force-delete pod", "delete pod", "create outer pod"];

/** Everything about gateways, and everything that they stand on, changes. */
export const natGateways: Setup = {
  name: "gateways",
  begin: standing,
  emphasis: (random) => ({
    users: [
      ...RULES,
      ...RULES,
      ...EIPS_TOO,
      ...EIPS_TOO,
      ...PODS,
      ...GATEWAYS_TOO,
      "create ground",
      ...(chance(random, 0.4) ? ["delete workload", "scale workload", "configure gateways"] : []),
      ...(chance(random, 0.4) ? ["delete subnet", "delete network", "delete vpc", "edit subnet"] : []),
      ...(chance(random, 0.3) ? ["delete claim", "create vip", "delete vip", "reserve address"] : []),
      ...(chance(random, 0.2) ? ["tamper with eip", "strip nat"] : []),
    ],
    more: { kubernetes: 2 },
    stall: random.pick([
      "IptablesEIP apply",
      "VpcNatGateway apply",
      "IptablesFIPRule apply",
      "AddressClaim create",
      "AddressClaim delete",
      "",
    ]),
  }),
};

/** The same, where rules are written into ConfigMaps. */
export const natRulesTold: Setup = {
  name: "gateways by nftables",
  begin: standing,
  emphasis: (random) => ({
    users: [
      ...RULES,
      ...RULES,
      ...EIPS_TOO,
      ...GATEWAYS_TOO,
      ...PODS,
      ...(chance(random, 0.3) ? ["delete claim", "tamper with eip"] : []),
    ],
    more: { kubernetes: 2 },
    stall: random.pick(["ConfigMap apply", "IptablesDnatRule apply", "StatefulSet apply", ""]),
  }),
  operator: { ...composition, tables: tablesWith({ ...USUAL, dataPlane: nftables }) },
};

/** Everything is deleted at once, in an order of its own, while some of it is made again. */
export const natEnd: Setup = {
  name: "gateways go",
  *begin(world, random) {
    yield* standing(world, random);
    for (const request of allOfIt(random)) yield user(`delete ${request.kind}`, request);
    if (chance(random, 0.5)) yield* calm(world, random);
  },
  emphasis: (random) => ({
    users: [...RULES, ...EIPS_TOO, "create gateway", "delete gateway", "create ground", "create outer pod"],
    more: { user: random.pick([0.2, 0.5, 1]), kubernetes: 2 },
    stall: random.pick([
      "IptablesEIP patch",
      "VpcNatGateway patch",
      "IptablesFIPRule apply",
      "Subnet patch",
      "",
    ]),
    ...(chance(random, 0.5)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, kubernetes: 2 } }
      : {}),
  }),
};
