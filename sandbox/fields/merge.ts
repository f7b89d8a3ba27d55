/** How an applied configuration is laid over the live object, and how fields are taken out of one. */
import type { Json } from "../../kube/api.ts";
import { ANY, childShape, isAtomic, itemShape, type Shape } from "../schema/shape.ts";
import { equal } from "../schema/equal.ts";
import { type FieldSet, fieldStep, isEmpty, isMember, itemStep } from "./field_set.ts";

/** `live` with what `config` says; parts that stay the same are shared. */
export function merge(shape: Shape, live: Json, config: Json): Json {
  // Null has nothing to say about what has parts.
  if (config === null && isBranch(shape, live) && Object.keys(live).length > 0) return live;
  if (live === undefined || !isBranch(shape, live) || !isBranch(shape, config)) {
    return equal(live, config) ? live : config;
  }
  if (Array.isArray(config)) return Array.isArray(live) ? mergeList(shape, live, config) : config;
  if (Array.isArray(live)) return config;
  let result: Json;
  for (const key in config) {
    const value = merge(childShape(shape, key) ?? ANY, live[key], config[key]);
    if (value !== live[key]) (result ??= { ...live })[key] = value;
  }
  return result ?? live;
}

/** Live items keep their place; what both have comes in the order of the configuration; new ones follow their predecessor. */
function mergeList(shape: Shape, live: readonly Json[], config: readonly Json[]): Json {
  const items = itemShape(shape);
  const left = live.map((item) => itemStep(shape, item));
  const right = config.map((item) => itemStep(shape, item));
  // Of what is there more than once nothing is kept, if the configuration has it.
  const mine = new Map(
    live.map((
      item,
      i,
    ) => [left[i]!, left.indexOf(left[i]!) === left.lastIndexOf(left[i]!) ? item : undefined]),
  );
  const theirs = new Map(config.map((item, i) => [right[i]!, item]));
  const shared = right.filter((step) => mine.has(step));
  const done = new Set<string>();
  const result: Json[] = [];
  let next = 0;
  const take = (step: string) => {
    done.add(step);
    result.push(merge(items, mine.get(step), theirs.get(step)));
    if (step === shared[next]) next++;
  };
  for (let l = 0, r = 0; l < left.length || r < right.length;) {
    const step = left[l];
    if (step !== undefined && r < right.length) {
      if (step === right[r]) {
        take(step);
        l++, r++;
        continue;
      }
      if (theirs.has(step) && shared[next] !== undefined && shared[next] !== step) {
        l++;
        continue;
      }
    }
    if (step !== undefined) {
      if (!theirs.has(step)) {
        result.push(live[l++]);
        continue;
      }
      if (done.has(step)) l++;
    }
    if (r < right.length) take(right[r++]!);
  }
  return equal(live, result) ? live : result;
}

/** `value` without the members of `set`; `null` when nothing is left of an object or list. */
export function remove(shape: Shape, value: Json, set: FieldSet): Json {
  if (!isBranch(shape, value)) return isAtomic(shape, value) ? null : value;
  if (Array.isArray(value)) {
    const items = itemShape(shape);
    const rest = value.flatMap((item) => {
      const node = set[itemStep(shape, item)];
      if (node === undefined) return [item];
      return isMember(node) ? [] : [remove(items, item, node)];
    });
    return rest.length > 0 ? rest : null;
  }
  const rest: Record<string, Json> = {};
  for (const key in value) {
    const node = set[fieldStep(key)];
    if (node === undefined) rest[key] = value[key];
    else if (!isMember(node)) rest[key] = remove(childShape(shape, key) ?? ANY, value[key], node);
  }
  return isEmpty(rest as FieldSet) ? null : rest;
}

function isBranch(shape: Shape, value: Json): boolean {
  return typeof value === "object" && value !== null && !isAtomic(shape, value);
}
