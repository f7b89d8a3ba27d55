/**
 * Which interfaces a pod has that we give addresses to.
 *
 * | the pod                                                   | provider                          |
 * |-----------------------------------------------------------|-----------------------------------|
 * | names no other default network                            | `ovn`                             |
 * | names a network once                                      | as its definition says            |
 * | names a network more than once, with names of interfaces  | the same, and `.<interface>`      |
 *
 * An interface that the pod was told of keeps its provider while others of the same network come and go.
 */
import { isProvider, OVN, podKey } from "../../crds/annotations.ts";
import { NetworkAttachmentDefinition, Pod } from "../../crds/foreign.ts";
import { memberOf } from "../../crds/identity.ts";
import { IP, recordName } from "../../crds/ip.ts";
import { allOf, type Selected, type Selection, selectionsOf } from "../../crds/networks.ts";
import { PodReason } from "../../crds/reasons.ts";
import { keyOf } from "../../reconcile/kind.ts";
import { type Wait, wait } from "../../reconcile/plan.ts";
import type { View } from "../../reconcile/view.ts";

/** One interface. */
export interface PodInterface {
  /** In the keys of its annotations and the name of its record. */
  readonly provider: string;
  /** The provider of its Subnets. */
  readonly network: string;
  /** What the pod names it by; absent for the cluster's default network. */
  readonly selection?: Selection;
}

export interface PodInterfaces {
  readonly wanted: readonly PodInterface[];
  /** What keeps others from being known. */
  readonly waits: readonly Wait[];
  /** Whether the pod has certainly given up a network of that provider. */
  readonly isUnplugged: (provider: string) => boolean;
}

/** A network that is missing or cannot be read is waited for; one that is none of ours is passed over. */
export function interfacesOf(pod: Pod, view: View): PodInterfaces {
  const selected = selectionsOf(pod);
  if (!selected.ok) {
    return {
      wanted: [],
      waits: [invalid(pod, `annotation ${selected.key} ${selected.message}`)],
      isUnplugged: () => false,
    };
  }
  const waits: Wait[] = [],
    found: Omit<PodInterface, "provider">[] = selected.standard ? [] : [{ network: OVN }];
  for (const selection of allOf(selected)) {
    const definition = view.get(NetworkAttachmentDefinition, selection.key);
    const problem = definition ? definition.spec.problem : "it does not exist";
    if (problem) waits.push(unresolved(selection, problem));
    else if (definition?.spec.provider) found.push({ network: definition.spec.provider, selection });
  }
  const wanted: PodInterface[] = [];
  for (const each of found) {
    const provider = nameOf(pod, each, found, wanted), problem = whyNot(provider, wanted);
    if (problem) waits.push(invalid(pod, `network ${each.selection?.key}: ${problem}`));
    else if (!each.selection || !isServedAlready(pod, provider, view)) wanted.push({ provider, ...each });
  }
  const isResolved = waits.length === 0;
  return {
    wanted,
    waits,
    isUnplugged: (provider) => isResolved && isGivenUp(pod, provider, { selected, wanted }),
  };
}

type Unnamed = Omit<PodInterface, "provider">;

function nameOf(
  pod: Pod,
  { network, selection }: Unnamed,
  all: readonly Unnamed[],
  named: readonly PodInterface[],
): string {
  const device = selection?.interface;
  if (device === undefined) return network;
  const own = `${network}.${device}`, siblings = all.filter((other) => other.network === network);
  if (siblings.length === 1) return isToldOf(pod, own) ? own : network;
  const isFree = siblings.every((s) => s.selection?.interface) && !named.some((n) => n.provider === network);
  return isFree && isToldOf(pod, network) && !isToldOf(pod, own) ? network : own;
}

const isToldOf = (pod: Pod, provider: string): boolean =>
  pod.metadata.annotations?.[podKey(provider, "allocated")] === "true";

/** `allocated` at birth and without an address: an interface that is to have none, as a NAT gateway's without a default EIP. */
function isServedAlready(pod: Pod, provider: string, view: View): boolean {
  const { namespace = "" } = pod.metadata, record = recordName({ name: memberOf(pod), namespace }, provider);
  return isToldOf(pod, provider) && !pod.metadata.annotations?.[podKey(provider, "ip_address")] &&
    view.get(IP, record) === undefined;
}

function whyNot(provider: string, wanted: readonly PodInterface[]): string | undefined {
  if (wanted.some((other) => other.provider === provider)) {
    return "is attached more than once; give each of its interfaces a name of its own";
  }
  return isProvider(provider)
    ? undefined
    : `${provider} cannot stand before .kubernetes.io/; rename the interface`;
}

/**
 * Neither wanted nor what a network that the pod still names was before its definition was edited. The default network is plugged in
 * for life once the pod was told of it.
 */
function isGivenUp(
  pod: Pod,
  provider: string,
  { selected, wanted }: { selected: Extract<Selected, { ok: true }>; wanted: readonly PodInterface[] },
): boolean {
  if (wanted.some((each) => each.provider === provider)) return false;
  if (provider === OVN) return !isToldOf(pod, OVN);
  return !allOf(selected).some(({ key, name, namespace, interface: device }) => {
    const now = wanted.find(({ selection }) => selection?.key === key)?.network;
    const formerly = [`${name}.${namespace}`, `${name}.${namespace}.${OVN}`].filter((base) => base !== now);
    return formerly.some((base) => provider === base || provider === `${base}.${device}`);
  });
}

function invalid(pod: Pod, message: string): Wait {
  return wait({ reason: PodReason.ValidatePodNetworkFailed, message }, [[Pod, keyOf(pod)]]);
}

function unresolved({ key }: Selection, problem: string): Wait {
  const message = `NoSubnet: NetworkAttachmentDefinition ${key} cannot be used: ${problem}`;
  return wait({ reason: PodReason.AcquireAddressFailed, message }, [[NetworkAttachmentDefinition, key]]);
}
