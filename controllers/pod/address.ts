/** Which addresses of one Subnet a request gets. */
import type { Family } from "../../ipam/address.ts";
import type { Layout } from "../../ipam/layout.ts";
import type { Ledger, Skipped } from "../../ipam/ledger.ts";
import { type Answer, refuse } from "../../ipam/problem.ts";
import type { Addresses } from "../../ipam/requests.ts";
import type { Need } from "../../reconcile/plan.ts";
import type { PodRequest } from "./request.ts";

/** One address per family of the Subnet, IPv4 first; canonical. */
export type Chosen = readonly string[];

type Wanted = Pick<PodRequest, "addresses" | "choices" | "family">;

interface Place {
  readonly ledger: Ledger;
  readonly layout: Layout;
  /** The IPPool to draw from; a fixed address may be of any. */
  readonly pool?: string | undefined;
  /** Occupants that are the asker itself, such as `Pod prod/web-0`. */
  readonly own: ReadonlySet<string>;
  /** Given to another interface of the asker in the same plan. */
  readonly taken?: ReadonlySet<string>;
  /** Not to be drawn. */
  readonly skip?: Skipped | undefined;
}

const NONE: Addresses = { v4: undefined, v6: undefined };

/**
 * A fixed address, or the first of a list that can be had, or the next free ones; of every family, or of none.
 *
 * A fixed address of one family leaves the other half to be drawn, unless `ip_family` says otherwise.
 */
export function chooseAddresses(request: Wanted, place: Place): Answer<Chosen> {
  if (request.addresses) return pick(request.addresses, request, place);
  if (request.choices.length === 0) return pick(NONE, request, place);
  let last: Answer<Chosen> | undefined;
  for (const choice of request.choices) {
    last = pick(choice, request, place);
    if (last.ok) return last;
  }
  return last!;
}

/** What is fixed is judged before anything is drawn: why it cannot be had does not depend on what else is left. */
function pick(wanted: Addresses, { family }: Wanted, place: Place): Answer<Chosen> {
  const chosen: Partial<Record<Family, string>> = {};
  for (const [f, asked] of [[4, wanted.v4], [6, wanted.v6]] as const) {
    if (asked === undefined) continue;
    if (family !== undefined && family !== f) {
      return refuse("InvalidIPFamily", `${asked} is not of the family that ip_family asks for`);
    }
    const one = fixed(asked, place);
    if (!one.ok) return one;
    chosen[f] = one.value;
  }
  for (const f of drawn(wanted, family, place)) {
    if (!thereOf(f, place)) {
      return refuse("InvalidIPFamily", `it has no IPv${f} addresses, which ip_family asks for`);
    }
    const one = draw(f, place);
    if (!one.ok) return one;
    chosen[f] = one.value;
  }
  return { ok: true, value: FAMILIES.flatMap((f) => chosen[f] ?? []) };
}

const FAMILIES = [4, 6] as const;

const thereOf = (f: Family, { layout: { v4, v6 } }: Pick<Place, "layout">) => f === 4 ? v4 : v6;

/** The families of which an address is drawn. */
function drawn({ v4, v6 }: Addresses, family: Family | undefined, place: Pick<Place, "layout">) {
  const asked = { 4: v4, 6: v6 };
  return FAMILIES.filter((f) => !asked[f] && (family === undefined ? thereOf(f, place) : family === f));
}

/**
 * What a request needs that found nothing left to be drawn: one address of every family that it draws. What is to be skipped counts as
 * left here: only who came upon it knows what to wait for.
 */
export function needOf(
  { addresses, family }: Wanted,
  { layout, pool, ledger }: Pick<Place, "layout" | "pool"> & { readonly ledger: () => Ledger },
): Need {
  const families = drawn(addresses ?? NONE, family, { layout });
  return {
    name: [...families, pool].join(" "),
    met: () => families.every((f) => ledger().next(f, { pool }) !== undefined),
  };
}

function fixed(address: string, { ledger, own, taken }: Place): Answer<string> {
  if (taken?.has(address)) {
    return refuse("AddressConflict", `${address} is asked for by another interface of this pod`);
  }
  const refusal = ledger.admit(address, { own });
  return refusal ? { ok: false, refusal } : { ok: true, value: address };
}

function draw(family: Family, { ledger, pool, taken, skip }: Place): Answer<string> {
  const has = (address: string) => (taken?.has(address) || skip?.has(address)) ?? false;
  const address = ledger.next(family, { pool, skip: { has } });
  if (address !== undefined) return { ok: true, value: address };
  const where = pool === undefined ? "" : ` in IPPool ${pool}`;
  const beside = taken?.size ? ` beside ${[...taken].join(" and ")} for other interfaces of the pod` : "";
  return refuse("NoAvailableAddress", `no IPv${family} address is left${where}${beside}`);
}
