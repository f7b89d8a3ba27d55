/**
 * Where histories begin. Half of them begin with two namespaces and whatever users do; the others in a place where something rare
 * and known to be dangerous is only a few steps away, since a uniform search would need a hundred times as many.
 */
import { Node, Pod } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vpc } from "../../crds/vpc.ts";
import { composition } from "./composition.ts";
import { calm } from "./peace.ts";
import type { Composition } from "./replica.ts";
import { COMINGS_AND_GOINGS, gone, namespaces, pod, pool, seen, type Setup, user } from "./setup.ts";
import { natEnd, natGateways, natRulesTold } from "./setups_of_gateways.ts";
import { isolated } from "./setups_of_isolation.ts";
import { macsAlone } from "./setups_of_macs.ts";
import { machines } from "./setups_of_machines.ts";
import { kruise } from "./setups_of_sets.ts";
import { flap, own, plugs, pools, vips } from "./setups_of_kinds.ts";
import { chance, create, PODS, remove, VPC } from "./users/user.ts";

export const anything: Setup = {
  name: "anything",
  begin: () => namespaces(["red", "green"]),
  emphasis: () => ({}),
};

/** A pool of two that is held and settled; holders die, newcomers arrive, and nobody has seen the claims go. */
const race: Setup = {
  name: "RACE",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29", excludeIps: ["10.0.1.4..10.0.1.6"] });
    for (const name of ["p0", "p1"]) yield pod(name);
    yield* calm(world, random);
    for (const name of chance(random, 0.5) ? ["p0", "p1"] : ["p0"]) yield gone(name);
    for (const name of chance(random, 0.5) ? ["p2", "p3"] : ["p2"]) yield pod(name);
    yield* seen(world, [Pod]);
  },
  emphasis: (random) => ({
    users: COMINGS_AND_GOINGS,
    more: { user: 0.4, crash: 0.3 },
    stall: random.pick(["AddressClaim create", "IP apply", "IP delete", "AddressClaim delete", ""]),
  }),
};

/** Requests that were given up land much later, while a watch stands still. */
const late: Setup = {
  name: "LATE",
  *begin(world, random) {
    yield* race.begin(world, random);
  },
  emphasis: () => ({
    users: COMINGS_AND_GOINGS,
    faults: 0.15,
    fates: ["late"],
    frozen: true,
    more: { land: 3, crash: 0.5 },
  }),
};

/** Records that nobody was told, and a Subnet that goes: step W and its fence, with late writes. */
const withdrawal: Setup = {
  name: "withdrawal",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    yield* calm(world, random);
    for (const name of PODS.slice(0, 3)) yield pod(name);
    yield* seen(world, [Pod]);
  },
  emphasis: (random) => ({
    users: [
      "create pod",
      "force-delete pod",
      "delete subnet",
      "create subnet",
      "edit subnet",
      "tamper with pod",
    ],
    stall: random.pick(["Pod apply", "Pod merge", "IP delete", "AddressClaim delete"]),
    faults: 0.15,
    fates: ["late", "late", "eaten", "lost"],
    more: { land: 3 },
  }),
};

/** A pod and its Subnet are deleted at the same moment (F1). */
const together: Setup = {
  name: "pod and subnet together",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    for (const name of PODS.slice(0, 2)) yield pod(name);
    if (chance(random, 0.7)) yield* calm(world, random);
    const both = [gone("p0"), user("delete subnet", remove(Subnet, "sn1"))];
    yield* chance(random, 0.5) ? both : both.reverse();
  },
  emphasis: () => ({ users: [...COMINGS_AND_GOINGS, "delete subnet", "create subnet", "strip subnet"] }),
};

/** Two Subnets of one Vpc that overlap appear at once. */
const overlap: Setup = {
  name: "overlap",
  *begin(world, random) {
    yield* namespaces(["red", "green"]);
    if (chance(random, 0.7)) yield* calm(world, random);
    const blocks = [["sn1", "10.0.1.0/29"], ["sn2", "10.0.1.0/28"]] as const;
    for (const [name, cidrBlock] of chance(random, 0.5) ? blocks : blocks.toReversed()) {
      yield user(
        "create subnet",
        create(Subnet, { metadata: { name }, spec: { cidrBlock, namespaces: ["red"] } }),
      );
    }
    for (const name of PODS.slice(0, 2)) yield pod(name);
  },
  emphasis: () => ({ users: [...COMINGS_AND_GOINGS, "create subnet", "delete subnet", "edit subnet"] }),
};

/** A Vpc is deleted while Subnets are created in it. */
const orphans: Setup = {
  name: "vpc and subnets",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield user("create vpc", create(Vpc, { metadata: { name: VPC }, spec: { namespaces: ["red"] } }));
    if (chance(random, 0.7)) yield* calm(world, random);
    yield* pool({ cidrBlock: "10.0.1.0/29", vpc: VPC });
    yield user("delete vpc", remove(Vpc, VPC));
    yield pod("p0");
  },
  emphasis: () => ({
    users: [
      "create vpc",
      "delete vpc",
      "create subnet",
      "delete subnet",
      "edit vpc",
      "edit subnet",
      "create pod",
    ],
  }),
};

/** Records and claims of running pods are deleted by hand (step 8). */
const hands: Setup = {
  name: "by hand",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29", excludeIps: ["10.0.1.5..10.0.1.6"] });
    for (const name of PODS.slice(0, 3)) yield pod(name);
    yield* calm(world, random);
  },
  emphasis: () => ({
    users: [
      "delete record",
      "delete record",
      "delete claim",
      "create pod",
      "force-delete pod",
      "create node",
      "delete node",
    ],
  }),
};

/** Two addresses of one family, four of the other, and more pods than either. */
const dual: Setup = {
  name: "dual stack",
  *begin(world, random) {
    yield* namespaces(["red"]);
    const few = random.pick([["10.0.1.4..10.0.1.6"], ["fd00:1::4..fd00:1::6"], [
      "10.0.1.4..10.0.1.6",
      "fd00:1::4..fd00:1::6",
    ]]);
    yield* pool({ cidrBlock: "10.0.1.0/29,fd00:1::/125", excludeIps: few });
    for (const name of PODS) yield pod(name);
    if (chance(random, 0.5)) yield* calm(world, random);
  },
  emphasis: (random) => ({
    users: COMINGS_AND_GOINGS,
    stall: random.pick(["AddressClaim create", "IP delete", ""]),
  }),
};

/** Users reserve addresses, for pods that are there and for others. */
const reservations: Setup = {
  name: "reservations",
  *begin(world, random) {
    yield* namespaces(["red", "green"]);
    yield* pool({ cidrBlock: random.pick(["10.0.1.0/29", "10.0.1.0/29,fd00:1::/125"]) });
    if (chance(random, 0.7)) yield* calm(world, random);
  },
  emphasis: () => ({
    users: [
      "reserve address",
      "reserve address",
      "delete record",
      ...COMINGS_AND_GOINGS,
      "delete subnet",
      "create subnet",
    ],
  }),
};

/** Nodes come and go under the same name, and so does the Subnet they live in. */
const nodes: Setup = {
  name: "nodes",
  *begin(world, random) {
    if (chance(random, 0.7)) yield* calm(world, random);
    yield user("create node", create(Node, { metadata: { name: "n1" } }));
    if (chance(random, 0.5)) yield* seen(world, [Node]);
  },
  emphasis: (random) => ({
    users: ["create node", "delete node", "delete join subnet", "create join subnet"],
    stall: random.pick(["Node apply", "AddressClaim create", "IP apply", "Subnet patch", ""]),
  }),
};

/** Pods that ask for the same MAC or IP address. */
const fixed: Setup = {
  name: "fixed addresses",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    if (chance(random, 0.7)) yield* calm(world, random);
    const wish = random.pick([{ mac_address: "02:00:00:00:00:01" }, { ip_address: "10.0.1.3" }, {
      ip_pool: "10.0.1.3,10.0.1.4",
    }]);
    for (const name of PODS.slice(0, 3)) yield pod(name, wish);
  },
  emphasis: () => ({
    users: ["ask for an address", "ask for an address", "force-delete pod", "delete pod", "edit subnet"],
  }),
};

/** Pods come before the Subnet is held, and users delete it then. */
const unheld: Setup = {
  name: "not yet held",
  *begin() {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    for (const name of PODS.slice(0, 3)) yield pod(name, { logical_switch: "sn1" });
  },
  emphasis: () => ({
    users: ["delete subnet", "create subnet", "create pod"],
    stall: "Subnet apply",
    more: { user: 0.3 },
  }),
};

export const directed: readonly Setup[] = [
  pools,
  race,
  late,
  withdrawal,
  together,
  overlap,
  orphans,
  hands,
  dual,
  reservations,
  nodes,
  fixed,
  unheld,
  vips,
  flap,
  plugs,
  natGateways,
  natRulesTold,
  natEnd,
  machines,
  isolated,
  own,
  kruise,
  macsAlone,
];

/** The operator of a history that begins there. */
export const operatorIn = (setup: string): Composition => setupNamed(setup).operator ?? composition;

/** @throws where there is none of that name. */
export function setupNamed(name: string): Setup {
  const found = [anything, ...directed].find((setup) => setup.name === name);
  if (!found) throw new Error(`no set-up ${name}`);
  return found;
}
