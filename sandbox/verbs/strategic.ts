/** Strategic merge patch, as far as kubectl uses it: lists that are merged by key, `$patch` and `$deleteFromPrimitiveList`. */
import type { Json } from "../../kube/api.ts";
import { equal } from "../schema/equal.ts";
import { ANY, childShape, itemShape, type Shape } from "../schema/shape.ts";

const DELETE_FROM = "$deleteFromPrimitiveList/";
const ORDER = "$setElementOrder/";

/** @see https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md */
export function strategicPatch(shape: Shape, live: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  if (patch.$patch === "replace") {
    const { $patch: _, ...rest } = patch;
    return rest;
  }
  const result: Record<string, Json> = isObject(live) ? { ...live } : {};
  for (const key in patch) {
    const value = patch[key];
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      result[field] = (result[field] ?? []).filter((item: Json) =>
        !value.some((each: Json) => equal(each, item))
      );
    } else if (value === null) {
      delete result[key];
    } else if (key !== "$patch" && key !== "$retainKeys" && !key.startsWith(ORDER)) {
      result[key] = patched(childShape(shape, key) ?? ANY, result[key], value);
    }
  }
  return result;
}

function patched(shape: Shape, live: Json, patch: Json): Json {
  if (!Array.isArray(patch)) return strategicPatch(shape, live, patch);
  if (shape.set) return [...new Set([...live ?? [], ...patch])];
  // Ports are merged by containerPort alone here, by protocol too when applied.
  const key = shape.keys?.[0];
  if (key === undefined) return patch;
  const items = itemShape(shape);
  const result: Json[] = [...live ?? []];
  for (const { $patch, ...item } of patch) {
    const at = result.findIndex((each) => equal(each[key], item[key]));
    if ($patch === "delete") {
      if (at >= 0) result.splice(at, 1);
    } else if (at < 0) result.push(strategicPatch(items, {}, item));
    else result[at] = strategicPatch(items, result[at], item);
  }
  return result;
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
