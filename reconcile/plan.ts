/**
 * A plan is what a handler returns: a desired-state diff, as plain data.
 *
 * The keys say *what* is wanted, never *when*: the applier alone knows the order
 * (guard → hold → confirm → apply → annotate → report → release → unguard).
 */
import type { Key, Kind, Obj, Of, OwnerReference } from "./kind.ts";
import type { Among } from "./relation.ts";

type Partially<T> = T extends readonly unknown[] ? T
  : T extends object ? { readonly [K in keyof T]?: Partially<T[K]> }
  : T;

/** The fields this controller has an opinion about, and only those. Never `null`: the API server rejects it. */
export type Intent<T extends Obj = Obj> =
  & Omit<Partially<T>, "metadata" | "status" | "apiVersion" | "kind">
  & {
    readonly metadata: {
      readonly name: string;
      readonly namespace?: string;
      /** Only where it is still as it was seen. */
      readonly resourceVersion?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly ownerReferences?: readonly OwnerReference[];
    };
  };

/** `[kind, intent]`; `want` checks the intent against the kind. */
export type Entry = readonly [kind: Kind, intent: Intent];

export const want = <K extends Kind>(
  kind: K,
  intent: Intent<Of<K>>,
): Entry => [kind, intent as unknown as Intent];

/** Stands in the claims of a {@link Hold} for the uid of its record, which nobody knows before it is created. */
export const RECORD_UID = "<uid of the record>";

/**
 * One owner record with its claims: the two locks of docs/register.md, steps 1 to 4 and 8.
 *
 * The record's name is the owner lock, each claim's name is the lock of what it stands for. Losing either is
 * news: the applier puts what it met into the view and the handler plans anew.
 */
export interface Hold {
  /** Complete; created by POST where `met` is absent. */
  readonly record: Entry;
  /** The record this plan was made from. */
  readonly met?: Obj;
  /** Complete, in the order in which they are POSTed; may mention {@link RECORD_UID}. */
  readonly claims: readonly Entry[];
  /** Uid of the object that the record belongs to; written to a met record that still names another one. */
  readonly owner: string;
  /** Where that object is. */
  readonly ownerAt: Trigger;
  /** Steps 1–4 have been done before, the owner shows it: only what is missing is put back (step 8). */
  readonly published: boolean;
  /** A user's reservation: never marked, never deleted by us. */
  readonly reserved: boolean;
}

/** Something a deletion depends on, read live right before it. */
export type Fact =
  | { readonly kind: Kind; readonly key: Key; readonly is: "gone"; readonly uid: string }
  | {
    readonly kind: Kind;
    readonly key: Key;
    readonly is: "so";
    /** Must be stable: once true, true for ever; or guarded by the version of the object to be deleted. */
    readonly test: (live: Obj | undefined) => boolean;
  }
  | {
    readonly kind: Kind;
    /** What those in question share. */
    readonly key: Key;
    readonly is: "none";
    readonly among: Among;
    /** Whether this one must not be there. */
    readonly test: (live: Obj) => boolean;
  };

/** A fact about one object that is to be looked at, as {@link holds} makes it. */
export type Seen = Extract<Fact, { readonly is: "so" }>;

export const gone = (kind: Kind, key: Key, uid: string): Fact => ({ kind, key, is: "gone", uid });

export const holds = <K extends Kind>(
  kind: K,
  key: Key,
  test: (live: Of<K> | undefined) => boolean,
): Seen => ({ kind, key, is: "so", test: test as (live: Obj | undefined) => boolean });

/** An object that might still publish what is to be released: it is written first, and its answer is the proof. */
export interface Fence {
  readonly kind: Kind;
  readonly object: Obj;
  /** Whether the written object, as answered, still shows what is to be released. */
  readonly shows: (answer: Obj) => boolean;
}

export interface Release {
  readonly kind: Kind;
  readonly object: Obj;
  readonly because: readonly Fact[];
  /** Whoever might still publish it: step 7 of docs/register.md, or, where it is marked before they are written, step W. */
  readonly fences?: readonly Fence[];
  readonly mark?: boolean;
}

export interface Annotate {
  readonly kind: Kind;
  readonly object: Obj;
  /** Every key of ours that is to stay, and `null` for what is to go. */
  readonly annotations: Readonly<Record<string, string | null>>;
  /** The write fails when the object changed since `object` was seen. */
  readonly versioned?: boolean;
}

export interface Verdict {
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

export interface Desired {
  readonly verdict: "desired";
  readonly holds: readonly Hold[];
  /** Exclusive, by a holder that exists already: created by POST, in this order. */
  readonly claims: readonly Entry[];
  /** Ours: server-side apply, forced. */
  readonly apply: readonly Entry[];
  /** Somebody else's object: server-side apply of annotations alone, only if that very uid still exists. */
  readonly annotate: readonly Annotate[];
  readonly release: readonly Release[];
  readonly conditions: Readonly<Record<string, Verdict>>;
  readonly status: Readonly<Record<string, unknown>>;
  /** Status fields that are written behind, about once a second; computed only when they are due. */
  readonly counters?: () => Readonly<Record<string, unknown>>;
  /** Whether the subject is to hold on by our finalizer: `take` it if a relation asks for it, `keep` as it is, or `drop` it. */
  readonly guard: "take" | "keep" | "drop";
  /** Who ends what a condition says is still waited for, as the triggers of a {@link Wait} do. */
  readonly until?: readonly Trigger[];
  readonly recheckMs?: number;
}

/** What somebody needs of an object's projected state. */
export interface Need {
  /** Of one object, equal names mean equal needs. */
  readonly name: string;
  /**
   * Whether there is such a thing now. Depends on nothing but projections `about` that object, and never denies what a handler would
   * find: whoever waits for it is looked at when something was taken out of them and this is so.
   */
  readonly met: () => boolean;
}

/** Of who waits for what an object is: nothing that it gives back is any news. */
export const itself: Need = { name: "itself", met: () => false };

/**
 * Wakes when that object appears, changes its intent or its offer, starts to go, goes, or loses one that referred to it or counted
 * for it; that last only once the need is met, where there is one, and one after the other.
 */
export type Trigger = readonly [kind: Kind, key: Key, need?: Need];

/**
 * "I cannot tell yet": changes nothing, prunes nothing, but says why. Not the same as wanting nothing.
 *
 * A wait names who will wake it. That is not optional: a wait nobody ends is the commonest stuck object.
 */
export interface Wait {
  readonly verdict: "wait";
  readonly reason: string;
  readonly message: string;
  readonly until: readonly [Trigger, ...Trigger[]];
  /** Beyond `Ready=False` with reason and message, which every wait says. */
  readonly conditions: Readonly<Record<string, Verdict>>;
  /** Fields that it changes nevertheless; all others stay as they are. */
  readonly status: Readonly<Record<string, unknown>>;
  /** What must go before this can be done. */
  readonly release: readonly Release[];
  /** What it has already and keeps as it should be meanwhile, also while it is going. */
  readonly upkeep: readonly Entry[];
  /** What must be so before it may go, beside that nobody refers to it; read live. */
  readonly before: readonly Seen[];
  readonly counters?: () => Readonly<Record<string, unknown>>;
  readonly guard: "keep" | "drop";
  /** A step on the way that ends by itself: no Event is worth it. */
  readonly quiet: boolean;
}

export type Plan = Desired | Wait;

export const desired = (d: Partial<Omit<Desired, "verdict">> = {}): Desired => ({
  verdict: "desired",
  holds: [],
  claims: [],
  apply: [],
  annotate: [],
  release: [],
  conditions: {},
  status: {},
  guard: "take",
  ...d,
});

type WaitOptions = Partial<Omit<Wait, "verdict" | "reason" | "message" | "until">>;

/** `wait({ reason: "VpcNotFound", message: "…" }, [[Vpc, "blue"]])` */
export const wait = (
  why: { readonly reason: string; readonly message: string },
  until: readonly [Trigger, ...Trigger[]],
  options: WaitOptions = {},
): Wait => ({
  verdict: "wait",
  reason: why.reason,
  message: why.message,
  until,
  conditions: {},
  status: {},
  release: [],
  upkeep: [],
  before: [],
  guard: "keep",
  quiet: false,
  ...options,
});

export const yes = (reason: string, message = ""): Verdict => ({ status: "True", reason, message });
export const no = (reason: string, message = ""): Verdict => ({ status: "False", reason, message });
