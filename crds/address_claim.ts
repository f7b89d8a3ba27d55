/**
 * AddressClaim: the address lock. One address of one Subnet, one claim.
 *
 * Only one object of a name can be created, and the name says the address: so an address has one holder, whatever runs twice.
 */
import { kind } from "../reconcile/kind.ts";
import { CADASTRE, type Custom, LONGEST_NAME, trimMeta } from "./custom.ts";
import { define } from "./definition.ts";
import { object, string } from "./schema.ts";

const LONGEST_SUFFIX = ".6xffff-ffff-ffff-ffff-ffff-ffff-ffff-ffffx".length;

/**
 * The longest name, 210 characters, of a Subnet whose addresses can all be claimed.
 *
 * Kubernetes allows 253. A Subnet with a longer name gives out nothing and says so in its conditions, whatever its families are: one
 * can be added later.
 */
export const LONGEST_SUBNET_NAME = LONGEST_NAME - LONGEST_SUFFIX;

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const NO_IP = /^([0-9a-f]{2}(:[0-9a-f]{2}){5}|vip-[0-9a-z-]+)$/;

/**
 * What the interface that wears a Vip claims, in the place of an address: the addresses stay claimed by the Vip.
 *
 * @param uid of the Vip; a name might be too long
 */
export const wornAddress = (uid: string): string => `vip-${uid}`;
export const isWearing = (address: string): boolean => address.startsWith("vip-");

const uid = string().min(1).max(64);

const spec = object({
  subnet: string().min(1).max(LONGEST_SUBNET_NAME).required().immutable(),
  subnetUid: uid.required().immutable(),
  /** Canonical: dotted IPv4, RFC 5952 IPv6, or a MAC address in lower case with colons; or {@link wornAddress}. */
  address: string().max(45).required().immutable().doc(
    "An IP address in canonical form, a MAC address, or vip-<uid>: the right to wear a Vip.",
  )
    .cel(
      `isIP(self) ? ip.isCanonical(self) : self.matches('${NO_IP.source}')`,
      "address must be an IP address in canonical form, a MAC address in lower case with colons, or vip-<uid>",
    ),
  holder: object({
    kind: string().min(1).max(63).required().immutable(),
    name: string().min(1).max(LONGEST_NAME).required().immutable(),
    uid: uid.required().doc(
      "The one thing that may change: a record that somebody deleted comes back under a new uid.",
    ),
  }).required().doc("The object that has the address: an IP record, or an EIP, OvnEip or Vip."),
  ownerKey: string().max(1024).immutable().doc(
    "Whom an IP record serves; absent where the holder serves itself.",
  ),
});

export type AddressClaim = Custom<typeof spec>;
export const AddressClaim = kind<AddressClaim>(`${CADASTRE}/v1`, "AddressClaim", "addressclaims", {
  ours: true,
  trim: trimMeta,
});

/**
 * The name under which an address of a Subnet is claimed: `sn1.10.0.0.5`, `sn1.6xfd00--5x`, `sn1.mac-02-00-00-00-00-01`,
 * `sn1.vip-<uid>`.
 *
 * The text of an IPv6 address is wrapped because a name may not start or end with `-`.
 *
 * @param address in canonical form, as `spec.address` must be.
 */
export function claimName(subnet: string, address: string): string {
  if (!address.includes(":")) return `${subnet}.${address}`;
  const dashed = address.replaceAll(":", "-");
  return MAC.test(address) ? `${subnet}.mac-${dashed}` : `${subnet}.6x${dashed}x`;
}

/** {@link claimName} in CEL. */
const name = "self.spec.subnet + '.' + (" +
  "isIP(self.spec.address) && ip(self.spec.address).family() == 4 ? self.spec.address : " +
  "isIP(self.spec.address) ? '6x' + self.spec.address.replace(':', '-') + 'x' : " +
  "self.spec.address.startsWith('vip-') ? self.spec.address : " +
  "'mac-' + self.spec.address.replace(':', '-'))";

export const definition = define(AddressClaim, {
  description: "One address of one Subnet, and who holds it.",
  spec: spec.required(),
  shortNames: ["claim"],
  columns: {
    Subnet: ".spec.subnet",
    Address: ".spec.address",
    Kind: ".spec.holder.kind",
    Holder: ".spec.holder.name",
    Age: ".metadata.creationTimestamp",
  },
  selectable: [".spec.subnetUid", ".spec.holder.uid"],
  // On creation only: a rule on the whole is judged at every write, and one that fails could keep an old claim from ever going.
  whole: (root) =>
    root.cel(
      `oldSelf.hasValue() || self.metadata.name == ${name}`,
      "metadata.name must be <subnet>.<IPv4>, <subnet>.6x<IPv6 with - for :>x, <subnet>.mac-<MAC with - for :> or " +
        "<subnet>.vip-<uid>",
      { optionalOldSelf: true },
    ),
});
