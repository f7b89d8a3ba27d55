/** What becomes of a body on the way in: unknown fields go, defaults come. */
import type { Json } from "../../kube/api.ts";
import { childShape, itemShape, type Shape } from "./shape.ts";

const INT64 = 2n ** 63n;

/**
 * The value as the server keeps it; the same value, shared, when there is nothing to change.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function decode(shape: Shape, value: Json): Json {
  if (typeof value === "bigint") return representable(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return decodeList(itemShape(shape), value);
  let result: Json;
  for (const key in value) {
    const below = childShape(shape, key);
    const item = value[key];
    const kept = below === undefined || isDroppedNull(below, item) ? undefined : decode(below, item);
    if (kept !== item) {
      result ??= { ...value };
      if (kept === undefined) delete result[key];
      else result[key] = kept;
    }
  }
  return shape.defaults ? withDefaults(shape, result ?? value) : result ?? value;
}

/** The first unknown field, as a path such as `.spec.foo`; what server-side apply refuses. */
export function unknownField(shape: Shape, value: Json, path = ""): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    for (const [i, item] of value.entries()) {
      const found = unknownField(items, item, `${path}[${i}]`);
      if (found) return found;
    }
    return undefined;
  }
  for (const key in value) {
    const below = childShape(shape, key);
    if (below === undefined) return `${path}.${key}`;
    const found = unknownField(below, value[key], `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}

function decodeList(shape: Shape, value: readonly Json[]): Json {
  let result: Json[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const item = decode(shape, value[i]);
    if (item !== value[i]) (result ??= [...value])[i] = item;
  }
  return result ?? value;
}

function withDefaults(shape: Shape, value: Json): Json {
  if (!shape.fields) return value;
  let result: Json;
  for (const [key, field] of shape.fields) {
    if (field.default !== undefined && value[key] === undefined) {
      (result ??= { ...value })[key] = decode(field, field.default);
    }
  }
  return result ?? value;
}

/** Where there is a default, `null` asks for it. */
function isDroppedNull(shape: Shape, value: Json): boolean {
  return value === null && !shape.nullable && shape.default !== undefined;
}

/** Integers beyond 64 bits are kept as floating point. */
function representable(value: bigint): number | bigint {
  return value >= INT64 || value < -INT64 ||
      BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}
