/**
 * Of several that want one address, and none of which has claimed it, the oldest has it: so it does not depend on who is looked at
 * first. They showed it before our time, or are reservations that were made before their Subnet could serve.
 *
 * What is in our register counts for nothing here, for it has its address by a claim, or is about to; nor does what began to show
 * an address under our eyes: somebody else wrote that. A Vip is no rival of the pods that wear it, so where there is one it is left
 * to its claim.
 */
import { Node, Pod } from "../../crds/foreign.ts";
import { holderKinds } from "../../crds/holders.ts";
import { IP } from "../../crds/ip.ts";
import { ledger } from "../../crds/projections.ts";
import { ownerUidOf } from "../../crds/record.ts";
import { Vip } from "../../crds/vip.ts";
import { type Key, keyOf, type Kind, type Obj } from "../../reconcile/kind.ts";
import type { View } from "../../reconcile/view.ts";
import { byAge } from "./order.ts";

const KINDS: ReadonlyMap<string, Kind> = new Map(
  [Pod, Node, IP, ...holderKinds.map(({ kind }) => kind)].map((kind) => [kind.kind, kind]),
);

interface Question {
  /** All that stands for the asker. */
  readonly own: readonly (Obj | undefined)[];
  readonly subnet: Key;
  /** Canonical. */
  readonly address: string;
}

/** The one that had it before the asker. */
export function elderAt(
  question: Question,
  view: View,
): { readonly kind: Kind; readonly key: Key } | undefined {
  const elder = rivalsAt(question, view)?.flatMap(({ object }) => object ?? []).sort(older)[0];
  const self = question.own.flatMap((each) => each ?? []).sort(older)[0];
  return elder && self && older(elder, self) < 0
    ? { kind: KINDS.get(elder.kind)!, key: keyOf(elder) }
    : undefined;
}

/** Whether everybody else who is at it had it later. */
export function isEldest(question: Question, view: View): boolean {
  const rivals = rivalsAt(question, view);
  return rivals !== undefined && rivals.every(({ object }) => object) &&
    elderAt(question, view) === undefined;
}

/** Undefined where somebody has a claim. */
function rivalsAt({ own, subnet, address }: Question, view: View) {
  const { claims, others } = view.project(ledger, subnet).holders(address);
  if (claims.length > 0 || others.some((by) => by.startsWith(`${Vip.kind} `))) return undefined;
  const names = new Set(own.map((each) => each && `${each.kind} ${keyOf(each)}`));
  return others.filter((by) => !names.has(by)).map((by) => ({ object: objectOf(by, view) }));
}

/** One that may claim what it shows. */
function objectOf(by: string, view: View): Obj | undefined {
  const [kind = "", key] = by.split(" "), found = KINDS.get(kind), object = found && view.get(found, key);
  if (object?.kind === IP.kind) return ownerUidOf(object as IP) === undefined ? object : undefined;
  return object && view.inherited(object) ? object : undefined;
}

const older = (a: Obj, b: Obj): number => byAge(a, b) || (a.kind < b.kind ? -1 : 1);
