/** What must be true when everything has come to rest: everybody has what they asked for or says why not, and nothing is left over. */
import { AddressClaim } from "../../../crds/address_claim.ts";
import { Namespace, Node, Pod } from "../../../crds/foreign.ts";
import { ConfigMap } from "../../../crds/gateway_parts.ts";
import { holderKind, holderKinds, placeOf } from "../../../crds/holders.ts";
import { IP } from "../../../crds/ip.ts";
import { IptablesEIP } from "../../../crds/iptables_eip.ts";
import { type NatRule, ruleKinds } from "../../../crds/nat_rules.ts";
import { isAlive } from "../../../crds/published.ts";
import { isReservation, ownerKeyOf, ownerUidOf, wornVipOf } from "../../../crds/record.ts";
import { vpcOf } from "../../../crds/relations.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { VpcNatGateway } from "../../../crds/vpc_nat_gateway.ts";
import { isDeleting, keyOf, type Kind, type Obj } from "../../../reconcile/kind.ts";
import { blockOf } from "../blocks.ts";
import type { Records } from "../cluster.ts";
import { marksIn } from "../marks.ts";
import { type Facts, isHeld } from "../facts.ts";
import { excuse, isFull } from "./excuse.ts";
import { conditionOf, isReady, servingOf } from "./serving.ts";
import { isKeptBySet } from "./identity.ts";
import { isKeptByMachine } from "./machines.ts";
import type { Invariant } from "./invariant.ts";

/** L1. */
const served: Invariant = {
  id: "L1",
  says: "every alive pod has its addresses, or an Event that names a cause which is true",
  atRest: (facts) => {
    for (const pod of facts.cluster.all(Pod)) {
      if (
        !isAlive(pod) || pod.spec.hostNetwork || isDeleting(pod) || facts.toldTo(pod.metadata.uid).length > 0
      ) {
        continue;
      }
      const wrong = excuse(pod, facts);
      if (wrong) return `${keyOf(pod)} has no address: ${wrong}`;
    }
  },
};

/** L1, of those that hold addresses themselves. */
const answered: Invariant = {
  id: "L1",
  says: "every Vip and EIP has its addresses, or a condition that says why not",
  atRest: (facts) => {
    for (const { kind } of holderKinds) {
      for (const holder of facts.cluster.all(kind)) {
        const said = conditionOf(holder, "Ready"), name = `${kind.kind} ${keyOf(holder)}`;
        if (isDeleting(holder)) continue;
        const has = facts.toldTo(holder.metadata.uid).length > 0;
        // One that was told its addresses may say what keeps it from getting a claim back that somebody deleted.
        if (!said || (said.status === "True" && !has)) {
          return `${name} ${
            has ? "has addresses" : "has no address"
          } and says ${said?.status} ${said?.message}`;
        }
        const full = !has && said.reason === "NoAvailableAddress"
          ? placeOf(holderKind(kind), holder)
          : undefined;
        if (full && !isFull(full, facts)) return `${name} says ${said.message}; but there are free ones`;
      }
    }
  },
};

const HOLDERS: readonly Kind[] = [IP, ...holderKinds.map(({ kind }) => kind)];

/** L2. */
const noneLeft: Invariant = {
  id: "L2",
  says: "every record has an owner that is alive, or is a user's; every claim has a holder",
  atRest: (facts) => {
    const { cluster } = facts;
    for (const record of cluster.all(IP)) {
      if (isReservation(record) || isDeleting(record)) continue;
      const key = ownerKeyOf(record) ?? "", owner = ownerOf(key, ownerUidOf(record), cluster);
      const uid = ownerUidOf(record);
      // One that Kube-OVN left names nobody before it is taken over, which may have to wait: then its pod says for what.
      const isIts = owner &&
        (owner.metadata.uid === uid || (uid === undefined && facts.warningAbout(owner.metadata.uid)));
      const alive = isIts && (owner.kind !== Pod.kind || isAlive(owner as Pod));
      if (!alive && !isKeptBySet(record, cluster) && !isKeptByMachine(key, cluster)) {
        return `record ${keyOf(record)} serves ${key} (${ownerUidOf(record)}), which is gone`;
      }
    }
    for (const claim of cluster.all(AddressClaim)) {
      const { holder, subnet, address } = claim.spec;
      // Somebody put another record in the place of the one it names, and the owner still shows the address.
      const isShown = facts.tellersOf(subnet, address).some((told) => told.holder.name === holder.name);
      const kind = HOLDERS.find((each) => each.kind === holder.kind);
      if (!(kind && cluster.get(kind, holder.name)?.metadata.uid === holder.uid) && !isShown) {
        return `claim ${keyOf(claim)} is held by ${holder.name} (${holder.uid}), which is gone`;
      }
    }
  },
};

/** A pod, or a node or a Subnet, which may have one name. */
function ownerOf(key: string, uid: string | undefined, cluster: Records): Obj | undefined {
  const subnet = cluster.get(Subnet, key);
  return cluster.get(Pod, key) ?? (subnet?.metadata.uid === uid ? subnet : cluster.get(Node, key));
}

/** L3. */
const released: Invariant = {
  id: "L3",
  says: "what is going and still ours names who is in the way, and they exist",
  atRest: ({ cluster }) => {
    const stuck = (kind: Kind, users: (parent: Obj) => readonly string[]) => {
      for (const object of cluster.all(kind)) {
        if (!isDeleting(object) || !isHeld(object)) continue;
        const inTheWay = users(object), said = conditionOf(object, "Deletable");
        if (inTheWay.length === 0) return `${kind.kind} ${keyOf(object)} stays, and nobody is in the way`;
        const named = inTheWay.toSorted().slice(0, 5).join(", ");
        if (said?.status !== "False" || !said.message.startsWith(named)) {
          return `${kind.kind} ${keyOf(object)} waits for ${named} and says ${said?.reason} ${said?.message}`;
        }
      }
    };
    return stuck(
      Subnet,
      (s) =>
        [...cluster.all(AddressClaim)].filter((c) => c.spec.subnetUid === s.metadata.uid).map((c) =>
          `AddressClaim ${keyOf(c)}`
        ),
    ) ??
      holderKinds.map(({ kind }) => stuck(kind, (holder) => usersOf(holder, cluster))).find((wrong) =>
        wrong
      ) ??
      stuck(
        VpcNatGateway,
        (gateway) =>
          [...cluster.all(IptablesEIP)].filter((eip) => eip.spec.natGwDp === keyOf(gateway)).map((eip) =>
            `IptablesEIP ${keyOf(eip)}`
          ),
      ) ??
      ruleKinds.map((kind) => stuck(kind, () => [])).find((wrong) => wrong) ??
      stuck(
        Vpc,
        (v) => [...cluster.all(Subnet)].filter((s) => vpcOf(s) === keyOf(v)).map((s) => `Subnet ${keyOf(s)}`),
      );
  },
};

/** Those that wear a Vip; the rules of an EIP, and the gateways that are told of them. */
function usersOf({ kind, metadata: { uid, name } }: Obj, cluster: Records): readonly string[] {
  const wearers = [...cluster.all(IP)].filter((ip) => wornVipOf(ip)?.uid === uid).map((ip) =>
    `IP ${keyOf(ip)}`
  );
  if (kind !== IptablesEIP.kind) return wearers;
  const all = ruleKinds.flatMap((each): NatRule[] => [...cluster.all(each)]);
  const rules = all.filter((rule) => rule.spec.eip === name).map((rule) => `${rule.kind} ${keyOf(rule)}`);
  const texts = [...cluster.all(ConfigMap)].filter((text) =>
    marksIn(text).some((mark) => mark.endsWith(` with ${name}`))
  );
  return [...rules, ...texts.map((text) => `ConfigMap ${keyOf(text)}`)];
}

/** L4. */
const counted: Invariant = {
  id: "L4",
  says: "the counters of a ready Subnet are those of the set of its claims",
  atRest: ({ cluster }) => {
    for (const subnet of cluster.all(Subnet)) {
      if (conditionOf(subnet, "Ready")?.status !== "True") continue;
      const { hosts, excluded } = blockOf(subnet.spec), status = subnet.status as Record<string, unknown>;
      const claimed = new Set(
        [...cluster.all(AddressClaim)].filter((c) => c.spec.subnet === keyOf(subnet)).map((c) =>
          c.spec.address
        ),
      );
      for (const family of ["v4", "v6"] as const) {
        const usable = [...hosts].filter((a) => a.includes(":") === (family === "v6") && !excluded.has(a));
        const using = usable.filter((a) => claimed.has(a)).length;
        for (
          const [field, count] of [["usingIPs", using], ["availableIPs", usable.length - using]] as const
        ) {
          const said = status[family + field];
          if (Number(said ?? 0) !== count) {
            return `Subnet ${keyOf(subnet)} says ${family}${field}=${said}, it is ${count}`;
          }
        }
      }
    }
  },
};

/** L7. */
const bound: Invariant = {
  id: "L7",
  says: "a namespace carries the Subnets that are ready and serve it, in their order",
  atRest: ({ cluster }) => {
    for (const namespace of cluster.all(Namespace)) {
      if (isDeleting(namespace)) continue;
      const wanted = servingOf(namespace, [...cluster.all(Subnet)], [...cluster.all(Vpc)]);
      const { annotations = {} } = namespace.metadata;
      if (wanted.length === 0) continue;
      const [names, cidrs] = [wanted.map(keyOf).join(","), wanted.map((s) => s.spec.cidrBlock).join(";")];
      const said = [annotations["ovn.kubernetes.io/logical_switch"], annotations["ovn.kubernetes.io/cidr"]];
      if (said[0] !== names || said[1] !== cidrs) {
        return `Namespace ${keyOf(namespace)} says ${said.join(" ")}, it is ${names} ${cidrs}`;
      }
    }
  },
};

/** L14. */
const justified: Invariant = {
  id: "L14",
  says: "a Subnet that says it is ready is held, under a Vpc that is, and overlaps no other ready one of it",
  atRest: ({ cluster }) => {
    const ready = [...cluster.all(Subnet)].filter(isReady);
    for (const subnet of ready) {
      const name = keyOf(subnet), parent = vpcOf(subnet), vpc = cluster.get(Vpc, parent ?? "");
      if (!isHeld(subnet) || isDeleting(subnet)) {
        return `Subnet ${name} is ready and ${isHeld(subnet) ? "going" : "not held"}`;
      }
      // Those of other providers are of no Vpc.
      if (parent !== undefined && (!vpc || !isHeld(vpc) || isDeleting(vpc))) {
        return `Subnet ${name} is ready under ${parent}, which is not`;
      }
      const said = conditionOf(subnet, "Ready")?.observedGeneration;
      if (said !== subnet.metadata.generation) {
        return `Subnet ${name} is of generation ${subnet.metadata.generation}, Ready of ${said}`;
      }
      const { hosts } = blockOf(subnet.spec);
      const other = ready.find((s) =>
        s !== subnet && vpcOf(s) === vpcOf(subnet) && (s.spec.vlan || "") === (subnet.spec.vlan || "") &&
        [...blockOf(s.spec).hosts].some((a) => hosts.has(a))
      );
      if (other) return `Subnets ${name} and ${keyOf(other)} overlap, and both are ready`;
    }
  },
};

/** L13: after users deleted everything. */
export function leftovers({ cluster }: Facts): string | undefined {
  for (const kind of [...ruleKinds, VpcNatGateway, AddressClaim, ...HOLDERS, Subnet, Vpc]) {
    for (const object of cluster.all(kind)) return `${kind.kind} ${keyOf(object)} is left`;
  }
}

export const rest: readonly Invariant[] = [served, answered, noneLeft, released, counted, bound, justified];
