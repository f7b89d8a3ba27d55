/** What goes when somebody stops applying it. */
import type { Json } from "../../kube/api.ts";
import type { Shape } from "../schema/shape.ts";
import { difference, type FieldSet, intersection, isEmpty, union, withNamedFields } from "./field_set.ts";
import { remove } from "./merge.ts";
import { appliedFields } from "./owned.ts";

/** Takes out what was applied last time, and is owned by nobody any more. */
export function prune(
  object: Json,
  { shape, last, owned }: { shape: Shape; last: FieldSet; owned: FieldSet },
): Json {
  if (isEmpty(difference(last, owned))) return object;
  const named = (set: FieldSet) => withNamedFields(shape, set);
  const all = named(appliedFields(shape, object));
  const without = (set: FieldSet) => remove(shape, object, set) ?? {};
  const kept = (value: Json) => named(appliedFields(shape, value));

  const bare = without(named(last));
  const backed = without(difference(all, union(kept(bare), named(owned))));
  return without(intersection(difference(all, kept(backed)), named(last)));
}
