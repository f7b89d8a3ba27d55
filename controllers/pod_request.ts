/** What a pod's annotations ask for about one of its networks. */
import { podKey, type PodSuffix } from "../crds/annotations.ts";
import type { Pod } from "../crds/foreign.ts";
import { isObjectName } from "../crds/object_name.ts";
import type { Family } from "../ipam/address.ts";
import type { Refusal } from "../ipam/problem.ts";
import { quote } from "../ipam/quote.ts";
import {
  type Addresses,
  parseIpAddress,
  parseIpFamily,
  parseIpPool,
  parseMacAddress,
} from "../ipam/requests.ts";

export interface PodRequest {
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
 * Only for pods without a record: once there is one, these keys carry our answer.
 */
export function requestOf(pod: Pod, provider: string): RequestResult {
  const text = (suffix: PodSuffix) => pod.metadata.annotations?.[podKey(provider, suffix)] || undefined;
  const refused = (suffix: PodSuffix, refusal: Refusal) =>
    ({ ok: false, key: podKey(provider, suffix), refusal }) as const;
  const ip = text("ip_address"),
    list = text("ip_pool"),
    family = text("ip_family"),
    mac = text("mac_address");
  const subnet = text("logical_switch");
  if (subnet !== undefined && !isObjectName(subnet)) {
    const message = `${quote(subnet)} is not the name of a Subnet`;
    return refused("logical_switch", { word: "NoSubnet", message });
  }
  const vip = text("vip");
  if (vip !== undefined && !isObjectName(vip)) {
    return refused("vip", { word: "NoAvailableAddress", message: `${quote(vip)} is not the name of a Vip` });
  }
  const addresses = ip === undefined ? undefined : parseIpAddress(ip);
  if (addresses && !addresses.ok) return refused("ip_address", addresses.refusal);
  const pool = list === undefined ? undefined : parseIpPool(list);
  if (pool && !pool.ok) return refused("ip_pool", pool.refusal);
  const only = family === undefined ? undefined : parseIpFamily(family);
  if (only && !only.ok) return refused("ip_family", only.refusal);
  const hardware = mac === undefined ? undefined : parseMacAddress(mac);
  if (hardware && !hardware.ok) return refused("mac_address", hardware.refusal);
  return {
    ok: true,
    request: {
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
