/** A set-up in which namespaces are isolated: each has a Subnet, pools and a Vip, and everybody asks for those of others. */
import { tablesWith } from "../../controllers/mod.ts";
import { GATEWAYS } from "../../controllers/nat/data_plane.ts";
import { IPPool } from "../../crds/ip_pool.ts";
import { Subnet } from "../../crds/subnet.ts";
import { Vip } from "../../crds/vip.ts";
import type { Random } from "../conformance/random.ts";
import { ClusterRoleBinding, lentTo } from "../rights.ts";
import type { Action } from "./action.ts";
import { composition } from "./composition.ts";
import { calm } from "./peace.ts";
import { COMINGS_AND_GOINGS, gone, namespaces, pod, type Setup, user } from "./setup.ts";
import { bindingOf, roleOf } from "./rights.ts";
import { lendable } from "./users/rights.ts";
import { chance, create, remove } from "./users/user.ts";
import type { World } from "./world.ts";

/** One pod had something by a right, which was taken away some time ago; another, which may not have what it wants, asks on and on. */
function* borrowed(world: World, random: Random): Iterable<Action> {
  const [thing, wish] = random.pick(
    [
      ["subnets/sn2", { logical_switch: "sn2" }],
      ["ippools/gold", { ip_pool: "gold" }],
    ] as const,
  );
  const name = bindingOf(thing, "red");
  yield user("lend", create(ClusterRoleBinding, lentTo(roleOf(thing), "red/default", name)));
  yield pod("p0", wish);
  yield pod("p1", { logical_switch: "join" });
  yield* calm(world, random);
  yield gone("p0");
  yield user("take back", remove(ClusterRoleBinding, name));
  for (let ticks = random.pick([1, 4, 12]); ticks > 0; ticks--) {
    yield { do: "tick" };
    yield* calm(world, random);
  }
  yield pod("p2", wish);
}

export const isolated: Setup = {
  name: "isolated",
  *begin(world, random) {
    yield* namespaces(["red", "green"]);
    for (const role of lendable) yield user("create role", role);
    for (const [n, name] of ["red", "green"].entries()) {
      const spec = { cidrBlock: `10.0.${n + 1}.0/29`, namespaces: [name] };
      yield user("create subnet", create(Subnet, { metadata: { name: `sn${n + 1}` }, spec }));
    }
    if (chance(random, 0.7)) yield* calm(world, random);
    const ips = [`10.0.2.${random.pick([3, 4])}`];
    for (const [name, bound] of [["gold", ["green"]], ["tin", ["red"]]] as const) {
      const spec = { subnet: "sn2", ips: name === "gold" ? ips : ["10.0.2.5"], namespaces: bound };
      yield user("create pool", create(IPPool, { metadata: { name }, spec }));
    }
    const vip = { subnet: "sn2", namespace: random.pick(["red", "green"]) };
    yield user("create vip", create(Vip, { metadata: { name: "v0" }, spec: vip }));
    if (chance(random, 0.7)) yield* calm(world, random);
    const wishes = [
      { logical_switch: "sn2" },
      { ip_address: "10.0.2.3", logical_switch: "sn2" },
      { ip_pool: "gold" },
      {
        vip: "v0",
      },
      { ip_pool: "tin" },
      { logical_switch: "join" },
    ];
    if (chance(random, 0.3)) return yield* borrowed(world, random);
    for (const name of ["p0", "p1", "p2"]) yield pod(name, random.pick(wishes));
  },
  emphasis: (random) => ({
    users: [
      ...COMINGS_AND_GOINGS,
      "lend",
      "lend",
      "take back",
      "ask for an address",
      "ask for an address",
      "ask for an address",
      "create pod with a secret",
      "create pod with a secret",
      "create subnet",
      "edit subnet",
      "edit pool",
      "create pool",
      "delete pool",
      "create vip",
      "edit vpc",
      "create vpc",
      ...(chance(random, 0.3)
        ? ["delete subnet", "label namespace", "reserve address", "create set", "scale set"]
        : []),
    ],
    // Answers end by the clock.
    more: { tick: 4 },
    stall: random.pick([
      "AddressClaim create",
      "Pod apply",
      "IPPool apply",
      "Subnet apply",
      "SubjectAccessReview create",
      "",
    ]),
  }),
  operator: { ...composition, tables: tablesWith({ ...GATEWAYS, isolateNamespaces: true }), isolates: true },
};
