/**
 * Kinds whose objects hold addresses themselves: the object is the owner record, and its uid the holder in its claims.
 *
 * One row per kind; relations, ledger and `controllers/holder/holder.ts` follow from it.
 */
import type { Kind, Obj, Of } from "../reconcile/kind.ts";
import { canonical } from "./canonical.ts";
import { IptablesEIP } from "./iptables_eip.ts";
import { SUBNET_LABEL } from "./labels.ts";
import { OvnEip } from "./ovn_eip.ts";
import { Vip } from "./vip.ts";
import { VPC_EXTERNAL_SUBNET } from "./vpc_nat_gateway.ts";

export interface HolderKind {
  readonly kind: Kind;
  /** Name of the Subnet that it asks; empty where it names none. */
  readonly subnetOf: (object: Obj) => string;
  /** What its status shows: IP addresses, canonical. */
  readonly shownBy: (object: Obj) => readonly string[];
  /** The MAC that its status shows. */
  readonly macOf: (object: Obj) => string;
}

/** The external Subnet of an OvnEip that names none (`--external-gateway-switch`). */
const EXTERNAL_SUBNET = "external";

export const holderKinds: readonly HolderKind[] = [
  row(Vip, {
    subnet: ({ spec }) => spec.subnet ?? "",
    shown: ({ status }) => [status?.v4ip, status?.v6ip],
    mac: ({ status }) => status?.mac,
  }),
  row(IptablesEIP, {
    subnet: ({ spec }) => spec.externalSubnet || VPC_EXTERNAL_SUBNET,
    shown: ({ status }) => status?.ip?.split(",", 3) ?? [],
    mac: ({ spec }) => spec.macAddress,
  }),
  row(OvnEip, {
    subnet: ({ spec }) => spec.externalSubnet || EXTERNAL_SUBNET,
    shown: ({ status }) => [status?.v4Ip, status?.v6Ip],
    mac: ({ status }) => status?.macAddress,
  }),
];

interface Row<K extends Kind> {
  readonly subnet: (object: Of<K>) => string;
  readonly shown: (object: Of<K>) => readonly (string | undefined)[];
  readonly mac: (object: Of<K>) => string | undefined;
}

function row<K extends Kind>(kind: K, { subnet, shown, mac }: Row<K>): HolderKind {
  return {
    kind,
    subnetOf: (object) => subnet(object as Of<K>),
    shownBy: (object) => shown(object as Of<K>).flatMap((text) => text ? [canonical(text)] : []),
    macOf: (object) => mac(object as Of<K>) ?? "",
  };
}

/** @throws for a kind that holds nothing: a mistake in a handler, found by its first test. */
export function holderKind(kind: Kind): HolderKind {
  const found = holderKinds.find((each) => each.kind.kind === kind.kind);
  if (!found) throw new Error(`${kind.kind} holds no addresses`);
  return found;
}

/** Where the addresses that its status shows are: the Subnet it was given them from, whatever its spec says since. */
export function placeOf({ subnetOf }: HolderKind, object: Obj): string {
  return object.metadata.labels?.[SUBNET_LABEL] || subnetOf(object);
}
