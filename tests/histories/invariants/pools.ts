/** What a pool sets aside is drawn by those alone who may draw from it, and it says of itself what is true. */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { OVN, podKey, type PodSuffix } from "../../../crds/annotations.ts";
import { Namespace, Pod } from "../../../crds/foreign.ts";
import { IP, providerOf } from "../../../crds/ip.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { isDeleting, keyOf } from "../../../reconcile/kind.ts";
import type { View } from "../../../reconcile/view.ts";
import { blockOf } from "../blocks.ts";
import { inForce, membersOf, poolsIn, poolsOf } from "../pools.ts";
import type { Invariant } from "./invariant.ts";
import { conditionOf, servingOf } from "./serving.ts";

/** S18. */
const setAside: Invariant = {
  id: "S18",
  says:
    "whoever draws an address draws it from a pool of his, if he has one, else from what no pool has; as this replica sees them",
  atBegin: ({ engine: { view } }, item) => {
    const [kind, key = ""] = item.split(" "), pod = kind === Pod.kind ? view.get(Pod, key) : undefined;
    if (!pod) return undefined;
    for (const claim of view.referrers(AddressClaim, Pod, key)) {
      const { subnet, address, holder } = claim.spec;
      // Only what is being decided at this moment, and was not asked for.
      const record = view.get(IP, holder.name);
      if (claim.metadata.uid !== "" || record?.metadata.uid !== "") continue;
      const wrong = drawnWrongly(pod, { subnet, address, provider: providerOf(record) }, view);
      if (wrong) return `${key} gets ${address} of ${subnet}, ${wrong}`;
    }
  },
};

function drawnWrongly(
  pod: Pod,
  { subnet, address, provider }: {
    readonly subnet: string;
    readonly address: string;
    readonly provider: string;
  },
  view: View,
): string | undefined {
  const asked = (suffix: PodSuffix) => pod.metadata.annotations?.[podKey(provider, suffix)] ?? "";
  const its = view.get(Subnet, subnet), list = asked("ip_pool");
  const listed = [asked("ip_address"), list].join(",").split(/[,;]/);
  if (!its || listed.includes(address) || !blockOf(its.spec).hosts.has(address)) return undefined;
  const all = [...view.list(IPPool)], there = poolsIn(subnet, all);
  const named = list !== "" && !/[.:]/.test(list) ? [list] : undefined;
  // Its namespace's pools are for the default network.
  const own = named ??
    (list === "" && provider === OVN ? poolsOf(pod.metadata.namespace ?? "", all).map(keyOf) : []);
  // The half that a fixed address of the other family leaves to be drawn comes from a pool only if there is one in this Subnet.
  const usable = own.filter((name) => inForce(its, all).has(name));
  const mayLeave = asked("ip_address") !== "" && usable.length === 0 && !named;
  const at = there.filter((pool) => membersOf(pool, its).has(address)).map(keyOf);
  if (own.length > 0 && !mayLeave) {
    return at.some((name) => usable.includes(name)) ? undefined : `which none of its pools ${own} has`;
  }
  return at.length > 0 ? `which is set aside by ${at}` : undefined;
}

/** L4. */
const counted: Invariant = {
  id: "L4",
  says: "the counters of a pool are those of its Subnet, restricted to it",
  atRest: ({ cluster }) => {
    for (const pool of cluster.all(IPPool)) {
      const subnet = cluster.get(Subnet, pool.spec.subnet);
      if (isDeleting(pool) || !subnet || conditionOf(subnet, "Ready")?.status !== "True") continue;
      const { excluded } = blockOf(subnet.spec), status = (pool.status ?? {}) as Record<string, unknown>;
      const claims = [...cluster.all(AddressClaim)].filter((c) => c.spec.subnet === keyOf(subnet));
      const claimed = new Set(claims.map((c) => c.spec.address));
      for (const family of ["v4", "v6"] as const) {
        const usable = [...membersOf(pool, subnet)].filter((a) =>
          a.includes(":") === (family === "v6") && !excluded.has(a)
        );
        const using = usable.filter((a) => claimed.has(a)).length;
        for (
          const [field, count] of [["UsingIPs", using], ["AvailableIPs", usable.length - using]] as const
        ) {
          const said = status[family + field];
          if (said !== count) return `IPPool ${keyOf(pool)} says ${family}${field}=${said}, it is ${count}`;
        }
      }
    }
  },
};

/** L14. */
const justified: Invariant = {
  id: "L14",
  says: "a pool of a Subnet that is ready says that it is in force, or why not",
  atRest: ({ cluster }) => {
    for (const pool of cluster.all(IPPool)) {
      const subnet = cluster.get(Subnet, pool.spec.subnet), said = conditionOf(pool, "Ready");
      if (isDeleting(pool)) return `IPPool ${keyOf(pool)} is held`;
      const isReady = subnet && conditionOf(subnet, "Ready")?.status === "True";
      const wanted = isReady ? inForce(subnet, cluster.all(IPPool)).has(keyOf(pool)) : undefined;
      if (said?.status === "True" ? wanted === false || !subnet : wanted === true) {
        return `IPPool ${keyOf(pool)} says ${said?.status} ${said?.message}`;
      }
      if (said?.observedGeneration !== pool.metadata.generation) {
        return `IPPool ${keyOf(pool)} did not look at its spec`;
      }
    }
  },
};

/** L7. */
const bound: Invariant = {
  id: "L7",
  says: "a namespace that is served carries its pools in their order",
  atRest: ({ cluster }) => {
    for (const namespace of cluster.all(Namespace)) {
      const { annotations = {} } = namespace.metadata, name = keyOf(namespace);
      const serving = servingOf(namespace, [...cluster.all(Subnet)], [...cluster.all(Vpc)]);
      if (isDeleting(namespace) || serving.length === 0) continue;
      const wanted = poolsOf(name, cluster.all(IPPool)).map(keyOf).join(",") || undefined;
      const said = annotations["ovn.kubernetes.io/ip_pool"];
      if (said !== wanted) return `Namespace ${name} says pools ${said}, they are ${wanted}`;
    }
  },
};

export const pools: readonly Invariant[] = [setAside, counted, justified, bound];
