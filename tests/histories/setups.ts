/**
 * Where histories begin. Half of them begin with two namespaces and whatever users do; the others in a place where something rare
 * and known to be dangerous is only a few steps away, since a uniform search would need a hundred times as many (FAULTS §4.2).
 */
import { NETWORKS } from "../../crds/annotations.ts";
import { Namespace, Node, Pod, StatefulSet } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Vip } from "../../crds/vip.ts";
import { Vpc } from "../../crds/vpc.ts";
import type { Kind } from "../../reconcile/kind.ts";
import type { Random } from "../conformance/random.ts";
import type { Action, UserRequest } from "./action.ts";
import { calm } from "./peace.ts";
import type { Emphasis } from "./scheduler.ts";
import { ATTACHED, createNetworkNamed, listed } from "./users/attachments.ts";
import { chance, create, PODS, POOLS, remove, VIPS, VPC } from "./users/user.ts";
import { statefulSet } from "./users/workloads.ts";
import type { World } from "./world.ts";

export interface Setup {
  readonly name: string;
  readonly begin: (world: World, random: Random) => Iterable<Action>;
  readonly emphasis: (random: Random) => Emphasis;
}

const COMINGS_AND_GOINGS = ["create pod", "delete pod", "force-delete pod"];

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

/** Vips and pods want the same few addresses, and the Subnet goes under them (F4). */
const vips: Setup = {
  name: "vips and pods",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({
      cidrBlock: random.pick(["10.0.1.0/29", "10.0.1.0/29,fd00:1::/125"]),
      excludeIps: ["10.0.1.4..10.0.1.6"],
    });
    if (chance(random, 0.7)) yield* calm(world, random);
    for (const name of VIPS) {
      const wish = random.maybe(0.5, () => ({ v4ip: "10.0.1.3" }));
      yield user("create vip", create(Vip, { metadata: { name }, spec: { subnet: "sn1", ...wish } }));
    }
    for (const name of PODS.slice(0, 2)) yield pod(name);
  },
  emphasis: (random) => ({
    users: [
      "create vip",
      "delete vip",
      "edit vip",
      "create pod",
      "force-delete pod",
      "delete subnet",
      "create subnet",
      "delete claim",
    ],
    stall: random.pick(["Vip apply", "AddressClaim create", "AddressClaim delete", ""]),
    ...(chance(random, 0.5)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3 } }
      : {}),
  }),
};

/** Pods with and without pools want the few addresses of a Subnet, while pools come, overlap and go. */
const pools: Setup = {
  name: "pools",
  *begin(world, random) {
    yield* namespaces(["red", "green"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    const [gold, tin] = [["10.0.1.3..10.0.1.4"], [random.pick(["10.0.1.4", "10.0.1.5"])]];
    const specs = [{ ips: gold, namespaces: ["red"] }, { ips: tin }];
    if (chance(random, 0.7)) yield* calm(world, random);
    for (const [i, spec] of chance(random, 0.5) ? [...specs.entries()] : [...specs.entries()].reverse()) {
      yield user(
        "create pool",
        create(IPPool, { metadata: { name: POOLS[i] }, spec: { subnet: "sn1", ...spec } }),
      );
    }
    for (const name of PODS.slice(0, 3)) yield pod(name, random.pick([{}, { ip_pool: "tin" }]));
  },
  emphasis: (random) => ({
    users: [
      ...COMINGS_AND_GOINGS,
      "create pool",
      "edit pool",
      "delete pool",
      "ask for an address",
      "edit subnet",
      "delete subnet",
      "create subnet",
      "delete claim",
      "create vip",
    ],
    stall: random.pick(["AddressClaim create", "Pod apply", "IPPool apply", ""]),
  }),
};

/** A StatefulSet goes up and down on a Subnet with as many addresses as it has pods (FAULTS §4.2, FLAP). */
const flap: Setup = {
  name: "FLAP",
  *begin(world, random) {
    yield* namespaces(["red"]);
    const excludeIps = random.pick([["10.0.1.4..10.0.1.6"], ["10.0.1.5..10.0.1.6"]]);
    yield* pool({ cidrBlock: "10.0.1.0/29", excludeIps });
    yield user(
      "create set",
      create(StatefulSet, statefulSet("red", { replicas: 2, random, annotations: {} })),
    );
    if (chance(random, 0.8)) yield* calm(world, random);
  },
  emphasis: (random) => ({
    users: [
      "scale set",
      "scale set",
      "move set",
      "delete set",
      "create set",
      "force-delete pod",
      "finish pod",
      "create pod",
      ...(chance(random, 0.3) ? ["delete subnet", "create subnet", "delete record", "edit template"] : []),
    ],
    stall: random.pick(["IP apply", "IP delete", "AddressClaim delete", "Pod apply", ""]),
    more: { kubernetes: 2, user: 0.6 },
    ...(chance(random, 0.4)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, kubernetes: 2 } }
      : {}),
  }),
};

/** Pods of several interfaces: networks are plugged in and out while they are told, and one of the Subnets is nearly full. */
const plugs: Setup = {
  name: "PLUG",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({ cidrBlock: "10.0.1.0/29" });
    for (const [i, name] of ATTACHED.entries()) {
      const spec = {
        cidrBlock: random.pick([`10.0.${i + 2}.0/29`, `10.0.${i + 2}.0/29,fd00:${i + 2}::/125`]),
        excludeIps: [`10.0.${i + 2}.4..10.0.${i + 2}.6`],
        provider: `${name}.red.ovn`,
      };
      yield user("create subnet", create(Subnet, { metadata: { name: `sn${i + 2}` }, spec }));
      yield user("create network", createNetworkNamed(name));
    }
    if (chance(random, 0.7)) yield* calm(world, random);
    for (const name of PODS.slice(0, 3)) yield attachedPod(name, listed(random));
    if (chance(random, 0.5)) yield* calm(world, random);
    else yield* seen(world, [Pod]);
  },
  emphasis: (random) => ({
    users: [
      "plug",
      "plug",
      "plug",
      "force-delete pod",
      "create pod",
      "delete record",
      ...(chance(random, 0.3) ? ["delete network", "create network"] : []),
      ...(chance(random, 0.3) ? ["delete subnet", "create subnet", "delete claim"] : []),
    ],
    stall: random.pick(["Pod apply", "Pod merge", "IP apply", "IP delete", "AddressClaim delete", ""]),
    ...(chance(random, 0.5)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, user: 1 } }
      : {}),
  }),
};

function attachedPod(name: string, networks: string): Action {
  const annotations = { [NETWORKS]: networks }, spec = { containers: [{ name: "c", image: "i" }] };
  return user("create pod", create(Pod, { metadata: { name, namespace: "red", annotations }, spec }));
}

export const directed: readonly Setup[] = [
  plugs,
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
  vips,
  flap,
];

/** @throws where there is none of that name. */
export function setupNamed(name: string): Setup {
  const found = [anything, ...directed].find((setup) => setup.name === name);
  if (!found) throw new Error(`no set-up ${name}`);
  return found;
}

const user = (name: string, request: UserRequest): Action => ({ do: "user", name, request });

function* namespaces(names: readonly string[]): Iterable<Action> {
  for (const name of names) {
    yield user("create namespace", create(Namespace, { metadata: { name } }));
  }
}

function* pool(spec: { cidrBlock: string; excludeIps?: readonly string[]; vpc?: string }): Iterable<Action> {
  yield user(
    "create subnet",
    create(Subnet, { metadata: { name: "sn1" }, spec: { ...spec, namespaces: ["red"] } }),
  );
}

function pod(name: string, wishes: Readonly<Record<string, string>> = {}): Action {
  const annotations = Object.fromEntries(
    Object.entries(wishes).map(([key, value]) => [`ovn.kubernetes.io/${key}`, value]),
  );
  const spec = { containers: [{ name: "c", image: "i" }] };
  return user("create pod", create(Pod, { metadata: { name, namespace: "red", annotations }, spec }));
}

const gone = (name: string): Action =>
  user("force-delete pod", remove(Pod, `red/${name}`, { gracePeriodSeconds: 0 }));

/** Everybody sees how these kinds are now, and nothing else. */
function* seen({ replicas }: World, kinds: readonly Kind[]): Iterable<Action> {
  for (const { index: at } of replicas) {
    for (const { kind } of kinds) yield { do: "deliver", at, kind, times: 50 };
  }
}
