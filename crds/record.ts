/** What an IP record's annotations and labels say about it. */
import { KEPT, MARK, OWNER_KEY, OWNER_UID, SUBNET_UID, WORN_VIP, WORN_VIP_UID } from "./annotations.ts";
import { canonicalMac } from "../ipam/mac.ts";
import { canonical } from "./canonical.ts";
import { identityOfRecord, sharedKey } from "./identity.ts";
import type { IP } from "./ip.ts";
import { IP_RESERVED_LABEL } from "./labels.ts";

const annotation = (ip: IP, key: string): string | undefined => ip.metadata.annotations?.[key] || undefined;

/** Uid of the Pod or Node that the record serves now; none on a reservation that nobody wears and on records of Kube-OVN. */
export const ownerUidOf = (ip: IP): string | undefined => annotation(ip, OWNER_UID);
export const subnetUidOf = (ip: IP): string | undefined => annotation(ip, SUBNET_UID);
export const markOf = (ip: IP): string | undefined => annotation(ip, MARK);
export const isKept = (ip: IP): boolean => annotation(ip, KEPT) === "true";

/** `<namespace>/<pod>`, `<namespace>/VirtualMachine/<name>`, or `<node>`; records of Kube-OVN have it in their spec only. */
export function ownerKeyOf(ip: IP): string | undefined {
  const written = annotation(ip, OWNER_KEY);
  if (written) return written;
  const { namespace, podName } = ip.spec, identity = identityOfRecord(ip);
  if (!podName) return undefined;
  if (identity?.keeper.shared) return sharedKey(identity);
  return namespace ? `${namespace}/${podName}` : podName;
}

/**
 * A user created it to reserve its addresses: honoured, never released, marked or deleted by us.
 *
 * Ours and Kube-OVN's own carry the label `ip_reserved=false`; `"true"` stays a reservation also while a pod wears it.
 */
export function isReservation(ip: IP): boolean {
  const label = ip.metadata.labels?.[IP_RESERVED_LABEL];
  return label === "true" || (label !== "false" && ownerUidOf(ip) === undefined);
}

/** What a record stands for in its Subnet: its IP addresses, or its MAC where it has none. */
export function addressesOf(ip: IP): readonly string[] {
  const ips = ipsOf(ip);
  if (ips.length > 0) return ips;
  const mac = canonicalMac(ip.spec.macAddress ?? "");
  return mac === undefined ? [] : [mac];
}

/** Canonical, IPv4 first; none in a Subnet without a block. */
export function ipsOf({ spec }: IP): readonly string[] {
  const each = [spec.v4IpAddress, spec.v6IpAddress].filter((a) => a !== undefined && a !== "") as string[];
  return (each.length > 0 ? each : spec.ipAddress?.split(",").filter((a) => a !== "") ?? []).map(canonical);
}

/** A Vip whose addresses an interface wears. */
export interface Worn {
  readonly name: string;
  readonly uid: string;
}

/** The record's addresses are a Vip's, which claims them; the record claims the right to wear it. */
export function wornVipOf(ip: IP): Worn | undefined {
  const name = annotation(ip, WORN_VIP), uid = annotation(ip, WORN_VIP_UID);
  return name && uid ? { name, uid } : undefined;
}
