/** Remembering what was read from an object that never changes: those of a view do not, and some are asked about for every pod. */

/** The same function, computed once per object. `compute` must be pure. */
export function memo<K extends object, V>(compute: (object: K) => V): (object: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (object) => {
    let entry = known.get(object);
    if (!entry) known.set(object, entry = { value: compute(object) });
    return entry.value;
  };
}
