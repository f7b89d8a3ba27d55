/** What a pod asks for about one of its interfaces. */
import { NETWORKS, podKey, type PodSuffix } from "../../crds/annotations.ts";
import type { Pod } from "../../crds/foreign.ts";
import { isObjectName } from "../../crds/object_name.ts";
import type { Family } from "../../ipam/address.ts";
import type { Refusal } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import {
  type Addresses,
  parseIpAddress,
  parseIpFamily,
  parseIpPool,
  parseMacAddress,
} from "../../ipam/requests.ts";
import type { PodInterface } from "./interfaces.ts";

export interface PodRequest {
  /** Whose Subnets may serve it; of `ovn`, those of the pod's namespace. */
  readonly network: string;
  /** The one Subnet it names. */
  readonly subnet: string | undefined;
  /** The one IPPool it names. */
  readonly pool: string | undefined;
  /** A fixed address. */
  readonly addresses: Addresses | undefined;
  /** Any one of these; the first that can be had. */
  readonly choices: readonly Addresses[];
  /** Only this family of a dual-stack Subnet. */
  readonly family: Family | undefined;
  readonly mac: string | undefined;
  /** The Vip that it asks to wear: then nothing else of this counts. */
  readonly vip: string | undefined;
}

export type RequestResult =
  | { readonly ok: true; readonly request: PodRequest }
  | { readonly ok: false; readonly key: string; readonly refusal: Refusal };

/**
 * Reads the annotations, or names the one that cannot be understood.
 *
 * Only for interfaces without a record: once there is one, these keys carry our answer.
 */
export function requestOf(pod: Pod, interface_: PodInterface): RequestResult {
  const { provider, network } = interface_;
  const text = (suffix: PodSuffix) => pod.metadata.annotations?.[podKey(provider, suffix)] || undefined;
  const refused = (suffix: PodSuffix, refusal: Refusal) =>
    ({ ok: false, key: podKey(provider, suffix), refusal }) as const;
  const ip = wish(pod, interface_, "ip_address"),
    list = text("ip_pool"),
    family = text("ip_family"),
    mac = wish(pod, interface_, "mac_address");
  const subnet = text("logical_switch");
  if (subnet !== undefined && !isObjectName(subnet)) {
    const message = `${quote(subnet)} is not the name of a Subnet`;
    return refused("logical_switch", { word: "NoSubnet", message });
  }
  const vip = text("vip");
  if (vip !== undefined && !isObjectName(vip)) {
    return refused("vip", { word: "NoAvailableAddress", message: `${quote(vip)} is not the name of a Vip` });
  }
  const addresses = ip && parseIpAddress(ip.text);
  if (addresses && !addresses.ok) return { ok: false, key: ip.key, refusal: addresses.refusal };
  const pool = list === undefined ? undefined : parseIpPool(list);
  if (pool && !pool.ok) return refused("ip_pool", pool.refusal);
  const only = family === undefined ? undefined : parseIpFamily(family);
  if (only && !only.ok) return refused("ip_family", only.refusal);
  const hardware = mac && parseMacAddress(mac.text);
  if (hardware && !hardware.ok) return { ok: false, key: mac.key, refusal: hardware.refusal };
  return {
    ok: true,
    request: {
      network,
      subnet,
      pool: pool?.value.form === "pool" ? pool.value.name : undefined,
      addresses: addresses?.value,
      choices: pool?.value.form === "list" && !addresses ? pool.value.choices : [],
      family: only?.value,
      mac: hardware?.value,
      vip,
    },
  };
}

/** A text that somebody wrote, and where. */
interface Wish {
  readonly key: string;
  readonly text: string;
}

/** What is said closest to the interface: in the list of networks, in a key with its name, in the keys of its provider. */
function wish(
  { metadata: { annotations } }: Pod,
  { provider, selection }: PodInterface,
  suffix: "ip_address" | "mac_address",
): Wish | undefined {
  const listed = suffix === "ip_address" ? selection?.ips : selection?.mac;
  if (listed) return { key: `${NETWORKS} (${selection?.key})`, text: listed };
  const keys = [
    ...(selection?.interface
      ? [`${podKey(`${selection.name}.${selection.namespace}`, suffix)}.${selection.interface}`]
      : []),
    podKey(provider, suffix),
  ];
  const key = keys.find((each) => annotations?.[each]);
  return key === undefined ? undefined : { key, text: annotations![key]! };
}
