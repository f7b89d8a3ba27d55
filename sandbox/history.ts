/** The state of a kind as it was at an earlier version. */
import type { Json } from "../kube/api.ts";
import type { Key } from "../kube/resource.ts";
import type { Collection } from "./store.ts";

/** By key, in order of keys: the present, with everything undone that came after `rv`. */
export function stateAt({ entries, log }: Collection, rv: number): Map<Key, Json> {
  const undone = new Map<Key, Json>();
  for (let at = log.commits.length - 1; at >= log.indexAfter(rv); at--) {
    const { key, previous } = log.commits[at]!;
    undone.set(key, previous);
  }
  const keys = new Set([...entries.keys(), ...undone.keys()]);
  const state = new Map<Key, Json>();
  for (const key of [...keys].sort()) {
    const object = undone.has(key) ? undone.get(key) : entries.get(key)!.object;
    if (object !== undefined) state.set(key, object);
  }
  return state;
}
