/** What Pods and Nodes have been told: the addresses that their annotations show, network by network. */
import type { Obj } from "../reconcile/kind.ts";
import { OVN, podKey, type PodSuffix, providerIn } from "./annotations.ts";
import { canonical } from "./canonical.ts";
import type { Pod } from "./foreign.ts";

/**
 * Whether a Pod holds its addresses: while its object exists and its phase is not terminal, whatever its deletionTimestamp
 * says. No clock decides it.
 */
export function isAlive({ status }: Pod): boolean {
  return status?.phase !== "Succeeded" && status?.phase !== "Failed";
}

/** What an object shows of one of its networks. */
export interface Publication {
  /** `ovn`, or the provider of an attached network. */
  readonly provider: string;
  /** Empty where nothing says it: Kube-OVN leaves it out for networks of other CNI plugins. */
  readonly subnet: string;
  /** Canonical: its IP addresses, or its MAC where it has no others; text that is no address is as it was written. */
  readonly addresses: readonly string[];
}

/** One address that an object shows, and in which Subnet. */
export interface Published extends Omit<Publication, "addresses"> {
  readonly address: string;
}

/** One of each family: no network has more, and whoever writes an annotation of his own may not squat on a whole Subnet. */
const MOST_ADDRESSES = 2;
/** Of one pod; whoever writes of more networks squats on no more. */
export const MOST_INTERFACES = 16;

/**
 * What an `allocated` network shows. One of a Subnet without a block shows its MAC, and no block; elsewhere a MAC is nothing by itself,
 * so that whoever takes the IP address off a Pod makes no other network of it.
 */
export function publicationOf(
  { metadata: { annotations } }: Obj,
  provider: string,
): Publication | undefined {
  const told = (suffix: PodSuffix) => annotations?.[podKey(provider, suffix)] || undefined;
  const subnet = told("logical_switch") ?? told("subnet") ?? "";
  const text = told("ip_address") ?? (subnet && !told("cidr") ? told("mac_address") : undefined);
  if (told("allocated") !== "true" || !text || (provider === OVN && !subnet)) return undefined;
  const addresses = text.split(",", MOST_ADDRESSES + 1);
  if (addresses.length > MOST_ADDRESSES) return undefined;
  return { provider, subnet, addresses: addresses.map(canonical) };
}

/** Whether one of its networks shows addresses, and asked to wear a Vip. */
export function showsWorn(object: Obj): boolean {
  return networksShownBy(object).some((provider) => !!object.metadata.annotations?.[podKey(provider, "vip")]);
}

/** The providers of the networks that are `allocated`, the default one first. */
export function networksShownBy({ metadata: { annotations = {} } }: Obj): readonly string[] {
  const shown: string[] = [];
  for (const key in annotations) {
    const provider = providerIn(key, "allocated");
    if (provider === OVN) shown.unshift(provider);
    else if (provider !== undefined) shown.push(provider);
  }
  return shown.slice(0, MOST_INTERFACES);
}

/** The addresses of all its networks. */
export function publishedBy(object: Obj): readonly Published[] {
  return networksShownBy(object).flatMap((network) => {
    const { provider, subnet, addresses } = publicationOf(object, network) ?? NOTHING;
    return addresses.map((address) => ({ provider, subnet, address }));
  });
}

const NOTHING: Publication = { provider: "", subnet: "", addresses: [] };

/** Whether the object shows this address of this Subnet, however the text is written. */
export function publishes(
  object: Obj,
  { subnet, address }: { readonly subnet: string; readonly address: string },
): boolean {
  const wanted = canonical(address);
  return publishedBy(object).some((p) => p.address === wanted && (p.subnet === subnet || p.subnet === ""));
}
