/** A set-up with virtual machines: stopped, started, migrated, on a Subnet that has hardly room for them. */
import { Subnet } from "../../crds/subnet.ts";
import { VirtualMachine } from "../../crds/foreign.ts";
import { composition, kindsWith } from "./composition.ts";
import { calm } from "./peace.ts";
import { namespaces, pool, type Setup, user } from "./setup.ts";
import { createNetworkNamed } from "./users/attachments.ts";
import { launched, machineNamed, MACHINES } from "./users/machines.ts";
import { chance, create } from "./users/user.ts";

export const machines: Setup = {
  name: "machines",
  *begin(world, random) {
    yield* namespaces(["red"]);
    yield* pool({
      cidrBlock: random.pick(["10.0.1.0/29", "10.0.1.0/29,fd00:1::/125"]),
      excludeIps: random.pick([["10.0.1.4..10.0.1.6"], ["10.0.1.5..10.0.1.6"]]),
    });
    const spec = { cidrBlock: "10.0.2.0/29", excludeIps: ["10.0.2.4..10.0.2.6"], provider: "net1.red.ovn" };
    yield user("create subnet", create(Subnet, { metadata: { name: "sn2" }, spec }));
    yield user("create network", createNetworkNamed("net1"));
    for (const name of MACHINES) yield user("create machine", machineNamed(name));
    if (chance(random, 0.7)) yield* calm(world, random);
    // Of one there are two pods at once.
    for (const name of [MACHINES[0], ...MACHINES]) {
      const request = launched(world.cluster, random, name);
      if (request) yield user("run machine", request);
      if (chance(random, 0.5)) yield* calm(world, random);
    }
  },
  emphasis: (random) => ({
    users: [
      "run machine",
      "run machine",
      "run machine",
      "finish pod",
      "force-delete pod",
      "delete pod",
      "create pod",
      "run machine",
      ...(chance(random, 0.4) ? ["delete machine", "create machine", "create machine"] : []),
      ...(chance(random, 0.3) ? ["delete record", "delete claim"] : []),
      ...(chance(random, 0.2) ? ["delete subnet", "create subnet", "reserve address"] : []),
    ],
    stall: random.pick(["IP apply", "IP delete", "AddressClaim delete", "Pod apply", "Pod merge", ""]),
    more: { kubernetes: 2 },
    ...(chance(random, 0.4)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, kubernetes: 2 } }
      : {}),
  }),
  operator: { ...composition, kinds: kindsWith(VirtualMachine) },
};
