/** The JSONPath of printer columns: fields, indexes, and a filter by equality. */
import type { Json } from "../../kube/api.ts";

const STEP = /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]/y;

/** @returns the first match; `undefined` when there is none, or the path is beyond us. */
export function select(value: Json, path: string): Json {
  const steps = new RegExp(STEP);
  let found: Json = value;
  while (steps.lastIndex < path.length) {
    const step = steps.exec(path);
    if (!step || found === undefined || found === null) return undefined;
    const [, field, quoted, index, key, wanted] = step;
    if (key === undefined) found = found[field ?? quoted ?? Number(index)];
    else {found = Array.isArray(found)
        ? found.find((item) => String(select(item, `.${key}`)) === wanted)
        : undefined;}
  }
  return found;
}
