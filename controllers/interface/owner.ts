/** Whose an interface is, and what it is to be given. */
import type { Node, Pod } from "../../crds/foreign.ts";
import type { Identity } from "../../crds/identity.ts";
import type { IP } from "../../crds/ip.ts";
import type { Worn } from "../../crds/record.ts";
import type { Key, Kind } from "../../reconcile/kind.ts";

/** Whom an interface belongs to. */
export interface Owner {
  readonly kind: Kind;
  readonly object: Pod | Node;
  /** How records and claims name it: `<namespace>/<pod>`, or `<node>`. */
  readonly key: Key;
  /** Of the pod or node, as records name it. */
  readonly podName: string;
  /** Provider of the network that the interface is in. */
  readonly provider: string;
  /** Name of the interface's record. */
  readonly record: string;
  /** Who keeps its record while pods come and go. */
  readonly identity: Identity | undefined;
  /** Whether it takes over this record, which served another one. */
  readonly succeeds: (record: IP) => boolean;
}

/** What a new record says. */
export interface Interface {
  readonly subnet: string;
  readonly subnetUid: string;
  /** Canonical, IPv4 first; the MAC where its Subnet has no block, and so no others. */
  readonly addresses: readonly string[];
  readonly mac: string | undefined;
  /** The MAC was asked for beside IP addresses, and takes a claim too. */
  readonly fixedMac: boolean;
  /** The addresses and the MAC are those of this Vip. */
  readonly wears?: Worn | undefined;
}
