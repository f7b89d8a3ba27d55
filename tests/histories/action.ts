/**
 * What can happen next, as plain data: a history is a list of these, and the list alone repeats it.
 *
 * An action that makes no sense where it stands (its process has ended, its object is gone) does nothing, so that any part of
 * a list is a history too: that is what shrinking needs.
 */
import type { Request } from "../../kube/api.ts";
import type { Fate } from "./fates.ts";

export type Action =
  /** A user asks the API server for something. */
  | { readonly do: "user"; readonly name: string; readonly request: UserRequest }
  /** The scheduler or a kubelet takes the next step with a pod. */
  | { readonly do: "kubelet"; readonly pod: string }
  /** Kubernetes empties a namespace that is going, or ends it. */
  | { readonly do: "empty"; readonly namespace: string }
  /** A controller of Kubernetes does the n-th thing that waits for it. */
  | { readonly do: "work"; readonly which: number }
  /** A request that was given up long ago reaches the API server. */
  | { readonly do: "land"; readonly which: number }
  /** The clock moves to the next timer. */
  | { readonly do: "tick" }
  | ReplicaAction;

/** What the n-th replica does, or has done to it. Kinds go by their name, subjects by `Kind key`. */
export type ReplicaAction =
  & { readonly at: number }
  & (
    /** It decides up to so many keys. */
    | { readonly do: "step"; readonly times: number }
    /** Up to so many changes of a kind reach it. */
    | { readonly do: "deliver"; readonly kind: string; readonly times: number }
    /** The last change comes once more. */
    | { readonly do: "repeat"; readonly kind: string }
    /** The watch of a kind ends with 410; `trusted: false`: what it showed cannot be trusted any more either. */
    | { readonly do: "gap"; readonly kind: string; readonly trusted: boolean }
    /** A consistent list of a kind arrives, so many changes old, but not older than its request; `whole`: to its end. */
    | { readonly do: "list"; readonly kind: string; readonly behind: number; readonly whole: boolean }
    /** The n-th request that a subject has under way is sent. */
    | { readonly do: "send"; readonly item: string; readonly which: number; readonly fate: Fate }
    /** The answers reach the subject's process, which goes on. */
    | { readonly do: "answer"; readonly item: string }
    /** The process ends and a new one starts; its n-th request lands later if bit n of `keep` is set. */
    | { readonly do: "crash"; readonly keep: number }
    | { readonly do: "lead"; readonly leads: boolean }
  );

/** A write with the kind's name in place of its resource. */
export type UserRequest = Without<Exclude<Request, { verb: "get" | "list" }>, "resource"> & {
  readonly kind: string;
};
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
