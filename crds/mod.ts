/** The vocabulary: every kind there is, and its definition. */
import { AddressClaim, definition as addressClaim } from "./address_claim.ts";
import { Namespace, Node, Pod } from "./foreign.ts";
import { definition as ip, IP } from "./ip.ts";
import { definition as subnet, Subnet } from "./subnet.ts";
import { definition as vpc, Vpc } from "./vpc.ts";

/** The kinds that some table acts on or reads: these are watched. */
export const kinds = [Vpc, Subnet, IP, AddressClaim, Namespace, Node, Pod] as const;

/** Every CRD of ours. */
export const definitions = [vpc, subnet, ip, addressClaim] as const;
