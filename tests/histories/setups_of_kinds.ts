/** Set-ups for what there is beside plain pods: Vips, pools, StatefulSets, several interfaces. */
import { NETWORKS } from "../../crds/annotations.ts";
import { Pod, StatefulSet } from "../../crds/foreign.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Vip } from "../../crds/vip.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import type { Action } from "./action.ts";
import { calm } from "./peace.ts";
import { COMINGS_AND_GOINGS, namespaces, pod, pool, seen, type Setup, user } from "./setup.ts";
import { ATTACHED, createNetworkNamed, listed } from "./users/attachments.ts";
import { BOTH, VLAN } from "./users/own.ts";
import { chance, create, PODS, POOLS, VIPS } from "./users/user.ts";
import { statefulSet } from "./users/workloads.ts";

/** Vips and pods want the same few addresses, and the Subnet goes under them (F4). */
export const vips: Setup = {
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
export const pools: Setup = {
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

/** A StatefulSet goes up and down on a Subnet with as many addresses as it has pods (FLAP). */
export const flap: Setup = {
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
export const plugs: Setup = {
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

/** Subnets that have addresses of their own, on few of them, with pods and Vips that want those. */
export const own: Setup = {
  name: "own addresses",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield user("create vlan", create(Vlan, { metadata: { name: VLAN } }));
    const cidrBlock = random.pick(["10.0.1.0/29", "10.0.1.0/29,fd00:1::/125"]);
    const spec = { cidrBlock, excludeIps: ["10.0.1.5..10.0.1.6"], namespaces: ["red"] };
    yield user(
      "create subnet",
      create(Subnet, { metadata: { name: "sn1" }, spec: { ...spec, ...random.maybe(0.7, () => BOTH) } }),
    );
    if (chance(random, 0.5)) yield* calm(world, random);
    for (const name of PODS.slice(0, 2)) yield pod(name);
  },
  emphasis: (random) => ({
    users: [
      "switch own addresses",
      "switch own addresses",
      "switch own addresses",
      "create vlan",
      "create pod",
      "force-delete pod",
      "create vip",
      "delete vip",
      "create subnet",
      "delete subnet",
      ...(chance(random, 0.4) ? ["delete record", "delete claim", "delete vlan", "edit subnet"] : []),
      ...(chance(random, 0.3)
        ? ["tamper with own addresses", "reserve address", "strip subnet", "create node"]
        : []),
    ],
    stall: random.pick(["Subnet apply", "Subnet merge", "IP delete", "AddressClaim create", ""]),
    ...(chance(random, 0.4)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3 } }
      : {}),
  }),
};

export function attachedPod(name: string, networks: string): Action {
  const annotations = { [NETWORKS]: networks }, spec = { containers: [{ name: "c", image: "i" }] };
  return user("create pod", create(Pod, { metadata: { name, namespace: "red", annotations }, spec }));
}
