/** Who was given the verb `use` on what, and until when: the answers that a replica may still have. */
import type { Commit } from "../../sandbox/log.ts";
import { ClusterRoleBinding } from "../rights.ts";
import type { Clock } from "./clock.ts";

/** `subnets/sn1` */
export type Thing = `${string}/${string}`;

/** The role that lends a thing, and its binding to the default account of a namespace. */
export const roleOf = (thing: Thing): string => thing.replace("/", "-");
export const bindingOf = (thing: Thing, namespace: string): string => `${roleOf(thing)}.${namespace}`;

export class Rights {
  /** By name of the binding. */
  readonly #until = new Map<string, number>();

  constructor(readonly clock: Pick<Clock, "now">) {}

  note({ kind, key, type }: Commit): void {
    if (kind.plural !== ClusterRoleBinding.plural) return;
    this.#until.set(key, type === "DELETED" ? this.clock.now : Infinity);
  }

  /** Whether it is there, or was so many milliseconds ago. */
  had(namespace: string, thing: Thing, { within }: { within: number }): boolean {
    return (this.#until.get(bindingOf(thing, namespace)) ?? -Infinity) >= this.clock.now - within;
  }
}
