/** A set-up in which Subnets have no block: a MAC address is all that anybody has there. */
import { StatefulSet } from "../../crds/foreign.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vlan } from "../../crds/vlan.ts";
import { calm } from "./peace.ts";
import { COMINGS_AND_GOINGS, namespaces, pod, type Setup, user } from "./setup.ts";
import { attachedPod } from "./setups_of_kinds.ts";
import { ATTACHED, createNetworkNamed } from "./users/attachments.ts";
import { VLAN } from "./users/own.ts";
import { macOf } from "./users/shapes.ts";
import { chance, create, PODS } from "./users/user.ts";
import { statefulSet } from "./users/workloads.ts";

/** Pods and a StatefulSet have MACs alone, some of which they ask for; blocks come and go under them. */
export const macsAlone: Setup = {
  name: "MACs alone",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield user("create vlan", create(Vlan, { metadata: { name: VLAN } }));
    const bare = {
      sn1: { vlan: VLAN, namespaces: ["red"] },
      sn2: { vlan: VLAN, provider: `${ATTACHED[0]}.red.ovn` },
    };
    for (const [name, spec] of Object.entries(bare)) {
      yield user("create subnet", create(Subnet, { metadata: { name }, spec }));
    }
    yield user("create network", createNetworkNamed(ATTACHED[0]));
    if (chance(random, 0.6)) yield* calm(world, random);
    if (chance(random, 0.4)) {
      const set = statefulSet("red", { replicas: 2, random, annotations: {} });
      yield user("create set", create(StatefulSet, set));
    }
    yield attachedPod(PODS[0], random.pick([ATTACHED[0], `${ATTACHED[0]}@a,${ATTACHED[0]}@b`]));
    for (const name of PODS.slice(1, 3)) {
      yield pod(name, random.pick([{}, { mac_address: macOf(random) }, { logical_switch: "sn1" }]));
    }
    if (chance(random, 0.5)) yield* calm(world, random);
  },
  emphasis: (random) => ({
    users: [
      ...COMINGS_AND_GOINGS,
      "ask for a mac",
      "ask for a mac",
      "finish pod",
      "delete subnet",
      "create subnet without a block",
      "give or take a block",
      "create vlan",
      ...(chance(random, 0.4) ? ["create set", "scale set", "move set", "delete set"] : []),
      ...(chance(random, 0.3) ? ["reserve a mac", "reserve a mac", "delete record"] : []),
      ...(chance(random, 0.3) ? ["plug", "delete network", "create network"] : []),
      ...(chance(random, 0.3) ? ["delete record", "delete claim", "create vip", "create pool"] : []),
      ...(chance(random, 0.2) ? ["tamper with a mac", "forge a mac", "strip subnet", "delete vlan"] : []),
    ],
    stall: random.pick(["AddressClaim create", "AddressClaim delete", "IP delete", "Pod apply", ""]),
    ...(chance(random, 0.4)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, kubernetes: 2 } }
      : {}),
  }),
};
