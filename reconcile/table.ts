/** Watch → handler tables: what runs when, in ten lines. */
import type { Key, Kind, Obj, Of } from "./kind.ts";
import type { Plan } from "./plan.ts";
import type { View } from "./view.ts";

/** Pure and synchronous: same object, same view, same plan. No await, clock, randomness, client or write. */
export type Handler<T extends Obj = Obj> = (object: T, view: View) => Plan;

export interface On {
  readonly row: "on";
  readonly watch: Kind;
  readonly handler: Handler;
  /** Kinds whose members belong to the watched object alone: not desired any more means deleted. */
  readonly owns: readonly Kind[];
  /** A new or edited object counts only after it was guarded and a consistent list of its kind was read since. */
  readonly census: boolean;
  /** It takes our finalizer before anything is done for it, although no relation asks for that. */
  readonly guard: boolean;
  /** Kinds of which its waits name answers. */
  readonly asks: readonly Kind[];
}

export interface Wake {
  readonly row: "wake";
  readonly watch: Kind;
  readonly target: Kind;
  readonly keys: (changed: Obj, view: View) => Iterable<Key | undefined>;
}

export type Row = On | Wake;

/** What is decided about. */
export interface Subject {
  readonly kind: Kind;
  readonly object: Obj;
  /** The row that answers for its kind; none for kinds that only relations act on. */
  readonly row?: On | undefined;
}

export interface Table {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** A controller is a table. Its name is its field manager: `cadastre/<name>`. */
export const controller = (name: string, rows: readonly Row[]): Table => Object.freeze({ name, rows });

/** `on(Subnet, reconcile)`: this handler answers for every Subnet. One kind has one handler. */
export function on<K extends Kind>(
  watch: K,
  handler: Handler<Of<K>>,
  { owns = [], census = false, guard = false, asks = [] }: Partial<
    Pick<On, "owns" | "census" | "guard" | "asks">
  > = {},
): On {
  return { row: "on", watch, handler: handler as unknown as Handler, owns, census, guard, asks };
}

/** `wake(Subnet, Namespace, (ns) => subnetsNaming(ns))`: when a Namespace changes, those Subnets are looked at again. */
export function wake<K extends Kind>(
  target: Kind,
  watch: K,
  keys: (changed: Of<K>, view: View) => Iterable<Key | undefined>,
): Wake {
  return { row: "wake", watch, target, keys: keys as unknown as Wake["keys"] };
}
