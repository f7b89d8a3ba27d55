/** Small worlds: a handful of addresses, so that everything is reused and everybody meets. */
import type { Random } from "../../conformance/random.ts";
import { chance, NAMESPACES, SUBNETS, VPC } from "./user.ts";

/** Spec of a Subnet that a user may create under this name. */
export function subnetSpec(name: string, random: Random): Record<string, unknown> {
  const n = SUBNETS.indexOf(name as never) + 1;
  const v4 = `10.0.${n}.0/29`, v6 = `fd00:${n}::/125`;
  const cidrBlock = random.pick([v4, v4, `${v4},${v6}`, `${v4},${v6}`, v6]);
  return {
    cidrBlock,
    excludeIps: excludes(n, random),
    ...random.maybe(0.25, () => ({ vpc: VPC })),
    ...random.maybe(0.8, () => ({ namespaces: namespaces(random) })),
    ...random.maybe(0.15, () => ({ namespaceSelectors: [{ matchLabels: { team: "a" } }] })),
    // The neighbour's range, in part.
    ...random.maybe(0.1, () => ({ cidrBlock: `10.0.${n % SUBNETS.length + 1}.0/28` })),
  };
}

/** Leaves two to five usable addresses. */
export function excludes(n: number, random: Random): readonly string[] {
  return random.pick([[], [`10.0.${n}.4..10.0.${n}.6`, `fd00:${n}::4..fd00:${n}::6`], [`10.0.${n}.3`], [
    `10.0.${n}.5..10.0.${n}.6`,
    `fd00:${n}::5`,
  ]]);
}

export function namespaces(random: Random): readonly string[] {
  return chance(random, 0.5) ? [random.pick(NAMESPACES)] : [...NAMESPACES];
}

/** An address that somebody may ask for in a Subnet of {@link SUBNETS}: usable, excluded, the gateway, or outside. */
export function addressIn(name: string, random: Random, family: 4 | 6 = 4): string {
  const n = Math.max(1, SUBNETS.indexOf(name as never) + 1), host = 1 + Math.floor(random.next() * 7);
  return family === 4 ? `10.0.${n}.${host}` : `fd00:${n}::${host}`;
}

export const macOf = (random: Random): string => random.pick(["02:00:00:00:00:01", "02:00:00:00:00:02"]);
