/** What becomes of a body on the way in: unknown fields go, defaults come. */
import type { Json } from "../../kube/api.ts";
import { ANY, childShape, itemShape, type Shape } from "./shape.ts";

const INT64 = 2n ** 63n;

/**
 * The value as the server keeps it; the same value, shared, when there is nothing to change.
 *
 * @param live an object that has been decoded: parts of it at the top need no second look.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function decode(shape: Shape, value: Json, live?: Json): Json {
  if (typeof value === "bigint") return representable(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return decodeList(itemShape(shape), value);
  let result: Json;
  for (const key in value) {
    const below = childShape(shape, key);
    const item = value[key];
    let kept = below === undefined || isDroppedNull(below, item) && below.default !== null
      ? undefined
      : item === live?.[key]
      ? item
      : decode(below, item);
    if (shape.typed && isAbsent(shape, key, kept)) kept = undefined;
    if (kept !== item) {
      result ??= { ...value };
      if (kept === undefined) delete result[key];
      else result[key] = kept;
    }
  }
  return shape.defaults ? withOwnDefaults(shape, result ?? value) : result ?? value;
}

function decodeList(shape: Shape, value: readonly Json[]): Json {
  let result: Json[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const item = decode(shape, value[i]);
    if (item !== value[i]) (result ??= [...value])[i] = item;
  }
  return result ?? value;
}

function withOwnDefaults(shape: Shape, value: Json): Json {
  let result: Json;
  for (const [key, field] of shape.ownDefaults) {
    const isMissing = value[key] === undefined || value[key] === null && !field.nullable;
    if (isMissing) (result ??= { ...value })[key] = decode(field, field.default);
  }
  return result ?? value;
}

/** Defaults alone, at any depth; what is `null` where it must not be is taken for missing. */
export function withDefaults(shape: Shape, value: Json): Json {
  if (!shape.defaults || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withDefaults(itemShape(shape), item));
  let result = withOwnDefaults(shape, value);
  for (const key in result) {
    const below = childShape(shape, key);
    const item = below ? withDefaults(below, result[key]) : result[key];
    if (item !== result[key]) result = { ...result, [key]: item };
  }
  return result;
}

/** Booleans that are not pointers in Go. */
const FALSE_IS_ABSENT = new Set([
  "hostNetwork",
  "hostPID",
  "hostIPC",
  "paused",
  "stdin",
  "stdinOnce",
  "tty",
  "unschedulable",
]);

/** What a Go struct drops when it is written: `omitempty`. Entries of maps stay. */
function isAbsent(shape: Shape, key: string, value: Json): boolean {
  const field = shape.fields?.get(key);
  if (field === undefined && shape.values !== ANY) return false;
  if (value === null || value === "") return field?.default !== value;
  if (value === false) return FALSE_IS_ABSENT.has(key);
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.length === 0;
  const isMap = field?.values !== undefined && field.fields === undefined && field.values !== ANY;
  return isMap && Object.keys(value).length === 0;
}

/** `null` is absence, unless the schema says otherwise. */
function isDroppedNull(shape: Shape, value: Json): boolean {
  return value === null && !shape.nullable;
}

/** Integers beyond 64 bits are kept as floating point. */
function representable(value: bigint): number | bigint {
  return value >= INT64 || value < -INT64 ||
      BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))
    ? Number(value)
    : value;
}
