/** What the applier can be told to do: the difference between a plan and the view, as plain data. */
import type { Condition, Kind, Obj } from "./kind.ts";
import type { Annotate, Entry, Fact, Hold, Release } from "./plan.ts";
import type { Relation } from "./relation.ts";

/** The order in which the writes of one subject are made; the first that fails stops the rest. */
export const PHASES = [
  "format",
  "guard",
  "census",
  "hold",
  "claim",
  "confirm",
  "apply",
  "annotate",
  "report",
  "release",
  "unguard",
] as const;

export type Phase = typeof PHASES[number];

export type Write =
  /** Complete the subject's own spec: only the fields that differ, and only while nobody else has edited it. */
  | { readonly phase: "format"; readonly kind: Kind; readonly object: Obj; readonly spec: object }
  /** Add our finalizer. */
  | { readonly phase: "guard"; readonly kind: Kind; readonly object: Obj }
  /** Read a consistent list of its kind. */
  | { readonly phase: "census"; readonly kind: Kind; readonly object: Obj }
  /** The two locks. */
  | { readonly phase: "hold"; readonly hold: Hold }
  /** An exclusive creation by an existing holder. */
  | { readonly phase: "claim"; readonly entry: Entry }
  /** Before anything is published: live reads of what the holds and the claims stand on. */
  | { readonly phase: "confirm"; readonly holds: readonly Hold[]; readonly claims: readonly Entry[] }
  /** With a resourceVersion on the subject itself, of which a status may follow: it was decided on what was seen. */
  | {
    readonly phase: "apply";
    readonly entry: Entry;
    readonly uid?: string;
    readonly resourceVersion?: string;
  }
  | ({ readonly phase: "annotate" } & Annotate)
  | {
    readonly phase: "report";
    readonly kind: Kind;
    readonly object: Obj;
    readonly conditions: readonly Condition[];
    readonly status: Readonly<Record<string, unknown>>;
    /** The conditions whose status or reason is new: each becomes an Event. */
    readonly changed: readonly Condition[];
  }
  | ({ readonly phase: "release" } & Release)
  /** Let go: remove our finalizers, unless a live list finds a child of one of these relations, or one of these facts is not so. */
  | {
    readonly phase: "unguard";
    readonly kind: Kind;
    readonly object: Obj;
    readonly unless: readonly Relation[];
    readonly because: readonly Fact[];
  };
