/** What the spec of an EIP, OvnEip or Vip asks for, and what of it comes too late. */
import { canonical } from "../../crds/canonical.ts";
import { HolderReason } from "../../crds/reasons.ts";
import { type Answer, refuse } from "../../ipam/problem.ts";
import { quote } from "../../ipam/quote.ts";
import { type Addresses, parseIpAddress, parseMacAddress } from "../../ipam/requests.ts";
import { no, type Verdict } from "../../reconcile/plan.ts";
import type { Holding } from "./holder.ts";

/** The fields of a spec, under whatever names the kind has for them. */
export interface Fields {
  readonly subnet?: string | undefined;
  readonly v4?: string | undefined;
  readonly v6?: string | undefined;
  readonly mac?: string | undefined;
}

export interface Wanted {
  readonly addresses: Addresses;
  readonly mac: string | undefined;
}

/** Canonical, or the first field that cannot be understood. */
export function wantedOf({ v4, v6, mac }: Fields): Answer<Wanted> {
  const ipv4 = v4 ? family("IPv4", v4) : undefined, ipv6 = v6 ? family("IPv6", v6) : undefined;
  if (ipv4 && !ipv4.ok) return ipv4;
  if (ipv6 && !ipv6.ok) return ipv6;
  const hardware = mac ? named("MAC address", parseMacAddress(mac)) : undefined;
  if (hardware && !hardware.ok) return hardware;
  return { ok: true, value: { addresses: { v4: ipv4?.value, v6: ipv6?.value }, mac: hardware?.value } };
}

function family(name: "IPv4" | "IPv6", text: string): Answer<string> {
  const read = named(`${name} address`, parseIpAddress(text));
  if (!read.ok) return read;
  const address = name === "IPv4" ? read.value.v4 : read.value.v6;
  if (address !== undefined && !text.includes(",")) return { ok: true, value: address };
  return named(`${name} address`, refuse("InvalidIPFamily", `${quote(text)} is not one ${name} address`));
}

/** Kinds spell their fields differently: `v4ip`, `v4Ip`. */
function named<T>(field: string, answer: Answer<T>): Answer<T> {
  if (answer.ok) return answer;
  const { word, message } = answer.refusal;
  return refuse(word, `the ${field} in its spec: ${message}`);
}

/** Addresses, MAC and Subnet stay as they were given: what its spec says since then is refused, and said. */
export function changeDenied(asked: Fields, { subnet, addresses, mac }: Holding): Record<string, Verdict> {
  const pairs = [[asked.subnet, subnet], [asked.v4, addresses.v4], [asked.v6, addresses.v6], [
    asked.mac,
    mac,
  ]];
  const changes = pairs.flatMap(([now, before]) =>
    now && canonical(now.toLowerCase()) !== before ? [`${quote(now)} instead of ${before ?? "none"}`] : []
  );
  if (changes.length === 0) return {};
  const message = `its spec asks for ${changes.join(", ")}; it keeps what it has: create another one`;
  return { Validated: no(HolderReason.AddressChangeDenied, message) };
}
