/** With `--isolate-namespaces` nobody gets addresses of what its namespace may not use. */
import { AddressClaim, isWearing, wornAddress } from "../../../crds/address_claim.ts";
import { Namespace, Pod } from "../../../crds/foreign.ts";
import { IP } from "../../../crds/ip.ts";
import { IPPool } from "../../../crds/ip_pool.ts";
import { addressesOf, ownerUidOf } from "../../../crds/record.ts";
import { vpcOf } from "../../../crds/relations.ts";
import { Subnet } from "../../../crds/subnet.ts";
import { Vip } from "../../../crds/vip.ts";
import { Vpc } from "../../../crds/vpc.ts";
import { isDeleting, keyOf, type Kind, type Of } from "../../../reconcile/kind.ts";
import { ClusterRoleBinding } from "../../rights.ts";
import { blockOf } from "../blocks.ts";
import { type Facts, isHeld } from "../facts.ts";
import { inForce, membersOf, poolsIn, poolsOf } from "../pools.ts";
import { bindingOf, type Thing } from "../rights.ts";
import type { Invariant } from "./invariant.ts";
import { candidatesOf, conditionOf, isReady, servingOf } from "./serving.ts";

/** What can be known: everything there is, or what a replica sees of it. */
interface Known {
  all<K extends Kind>(kind: K): Iterable<Of<K>>;
  /** Whether the account of a namespace's pods may be taken to have the verb `use`. */
  may(namespace: string, thing: Thing): boolean;
}

/** How long after it was taken away a right may still be believed in. */
const BELIEVED_MS = 30_000;

/** S16. */
const own: Invariant = {
  id: "S16",
  says: "with isolation a pod gets an address only of what its namespace may use; as this replica sees it",
  atBegin: ({ isolates, rights, engine: { view } }, item) => {
    const [kind, key = ""] = item.split(" ");
    const pod = isolates && kind === Pod.kind ? view.get(Pod, key) : undefined;
    for (const { metadata, spec } of pod ? view.referrers(AddressClaim, Pod, key) : []) {
      // Only what is being decided at this moment.
      if (metadata.uid !== "" || view.get(IP, spec.holder.name)?.metadata.uid !== "") continue;
      // What it had already comes back as it was.
      const former = view.former(IP, spec.holder.name);
      if (former && ownerUidOf(former) === pod!.metadata.uid && addressesOf(former).includes(spec.address)) {
        continue;
      }
      const foreign = foreignTo(pod!.metadata.namespace ?? "", spec, {
        all: (of) => view.list(of),
        may: (namespace, thing) => rights.had(namespace, thing, { within: BELIEVED_MS }),
      });
      if (foreign) return `${key} gets ${spec.address} of ${spec.subnet}, and may not use ${foreign}`;
    }
  },
};

/** What an address is of that a namespace may not use. */
function foreignTo(
  namespace: string,
  { subnet, address }: { readonly subnet: string; readonly address: string },
  known: Known,
): string | undefined {
  if (isWearing(address)) {
    const vip = [...known.all(Vip)].find(({ metadata }) => wornAddress(metadata.uid) === address);
    if (!vip?.spec.namespace || vip.spec.namespace === namespace) return undefined;
    return known.may(namespace, `vips/${keyOf(vip)}`) ? undefined : `Vip ${keyOf(vip)}`;
  }
  const its = [...known.all(Subnet)].find((each) => keyOf(each) === subnet);
  if (!its || !blockOf(its.spec).hosts.has(address)) return undefined;
  const all = poolsIn(subnet, known.all(IPPool)).filter((pool) => membersOf(pool, its).has(address));
  // Of several the one that is in force has it.
  const valid = inForce(its, known.all(IPPool)), first = all.filter((pool) => valid.has(keyOf(pool)));
  const pools = first.length > 0 ? first : all;
  const bound = poolsOf(namespace, known.all(IPPool));
  if (pools.length > 0) {
    const isFree = pools.some((pool) =>
      bound.includes(pool) || known.may(namespace, `ippools/${keyOf(pool)}`)
    );
    return isFree ? undefined : `IPPool ${pools.map(keyOf)}`;
  }
  return mayUse(namespace, its, known) || known.may(namespace, `subnets/${subnet}`)
    ? undefined
    : `Subnet ${subnet}`;
}

/** Whether a namespace is served by a Subnet, or by a network that is defined in it. */
function mayUse(name: string, subnet: Subnet, known: Known): boolean {
  const { provider = "ovn", namespaces = [] } = subnet.spec;
  if (provider !== "ovn" && (namespaces.includes(name) || provider.split(".")[1] === name)) return true;
  const namespace = [...known.all(Namespace)].find((each) => keyOf(each) === name);
  if (!namespace) return false;
  const { bound, defaults } = candidatesOf(namespace, [...known.all(Subnet)], [...known.all(Vpc)]);
  return bound.includes(subnet) ||
    (defaults.includes(subnet) && !bound.some((each) => isSettled(each, known)));
}

/** Whether a Subnet is ready beyond doubt: a default serves whom another one is about to serve, or serves no more. */
function isSettled(subnet: Subnet, known: Known): boolean {
  const { hosts } = blockOf(subnet.spec),
    vpc = [...known.all(Vpc)].find((each) => keyOf(each) === vpcOf(subnet));
  const isAlone = [...known.all(Subnet)].every((other) =>
    other === subnet || ![...blockOf(other.spec).hosts].some((address) => hosts.has(address))
  );
  return isReady(subnet) && conditionOf(subnet, "Ready")?.observedGeneration === subnet.metadata.generation &&
    isAlone && [subnet, vpc].every((each) => each && isHeld(each) && !isDeleting(each));
}

/** Whether a pod may not use what it was told it may not; at rest. */
export function isForeign(message: string, pod: Pod, { cluster }: Facts): boolean {
  const { namespace = "" } = pod.metadata;
  const [, kind = "", name = ""] =
    /is not bound to (\w+) (\S+), and service account \S+ may not /.exec(message) ?? [];
  const thing: Thing = `${kind.toLowerCase()}s/${name}`;
  if (cluster.get(ClusterRoleBinding, bindingOf(thing, namespace))) return false;
  if (kind === Vip.kind) return cluster.get(Vip, name)?.spec.namespace !== namespace;
  if (kind === IPPool.kind) return !cluster.get(IPPool, name)?.spec.namespaces?.includes(namespace);
  const its = cluster.get(Namespace, namespace);
  const serving = its ? servingOf(its, [...cluster.all(Subnet)], [...cluster.all(Vpc)]) : [];
  return !serving.some((subnet) => keyOf(subnet) === name);
}

export const isolation: readonly Invariant[] = [own];
