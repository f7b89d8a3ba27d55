/** A set-up with a StatefulSet of OpenKruise, whose numbers have gaps that come and go, on a Subnet with hardly room for it. */
import { AdvancedStatefulSet } from "../../crds/foreign.ts";
import { composition, kindsWith } from "./composition.ts";
import { calm } from "./peace.ts";
import { namespaces, pool, type Setup, user } from "./setup.ts";
import { advancedSet } from "./users/advanced_sets.ts";
import { chance, create } from "./users/user.ts";

export const kruise: Setup = {
  name: "KRUISE",
  *begin(world, random) {
    yield* namespaces(["red"]);
    const excludeIps = random.pick([["10.0.1.4..10.0.1.6"], ["10.0.1.5..10.0.1.6"]]);
    yield* pool({ cidrBlock: random.pick(["10.0.1.0/29", "10.0.1.0/29,fd00:1::/125"]), excludeIps });
    yield user("create advanced set", create(AdvancedStatefulSet, advancedSet("red", 2, random)));
    if (chance(random, 0.8)) yield* calm(world, random);
  },
  emphasis: (random) => ({
    users: [
      "reserve ordinals",
      "reserve ordinals",
      "reserve ordinals",
      "scale advanced set",
      "scale advanced set",
      "move advanced set",
      "delete advanced set",
      "create advanced set",
      "force-delete pod",
      "finish pod",
      "create pod",
      ...(chance(random, 0.3) ? ["delete subnet", "create subnet", "delete record"] : []),
      // Under the same name, and their pods want the same names.
      ...(chance(random, 0.2) ? ["create set", "scale set", "delete set"] : []),
    ],
    stall: random.pick(["IP apply", "IP delete", "AddressClaim delete", "Pod apply", ""]),
    ...(chance(random, 0.4)
      ? { faults: 0.15, fates: ["late", "late", "eaten", "lost"], more: { land: 3, kubernetes: 2 } }
      : { more: { kubernetes: 2, user: 0.6 } }),
  }),
  operator: { ...composition, kinds: kindsWith(AdvancedStatefulSet) },
};
