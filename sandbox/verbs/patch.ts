/** Patches as plain functions on JSON. */
import type { Json, PatchStep } from "../../kube/api.ts";
import { badRequest, Refusal } from "../refusal.ts";
import { equal } from "../schema/equal.ts";

/** JSON merge patch: `null` removes. @see RFC 7386 */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const key in patch) {
    if (patch[key] === null) delete result[key];
    else result[key] = mergePatch(result[key], patch[key]);
  }
  return result;
}

/**
 * JSON patch, for the four operations we know.
 *
 * @throws Refusal 422 when a test fails or a path leads nowhere, without details: that is how it is told from other 422s.
 * @see RFC 6902
 */
export function jsonPatch(target: Json, steps: readonly PatchStep[]): Json {
  return steps.reduce((value, step) => {
    const path = step.path === "" ? [] : step.path.slice(1).split("/").map(unescaped);
    if (step.path !== "" && !step.path.startsWith("/")) throw failed(step, "doc is missing path");
    return patched(value, path, step);
  }, target);
}

function patched(value: Json, [key, ...rest]: readonly string[], step: PatchStep): Json {
  if (key === undefined) return outcome(value, step);
  if (Array.isArray(value)) return patchedList(value, [key, ...rest], step);
  if (!isObject(value)) throw failed(step, "doc is missing path");
  if (rest.length === 0) {
    // To replace what is not there is fine, as it is with the library that the API server uses.
    if (step.op === "remove" && value[key] === undefined) throw failed(step, "doc is missing key");
    const next = outcome(value[key], step);
    const { [key]: _, ...others } = value;
    return next === undefined ? others : step.op === "test" ? value : { ...value, [key]: next };
  }
  return { ...value, [key]: patched(value[key], rest, step) };
}

function patchedList(list: readonly Json[], [key = "", ...rest]: readonly string[], step: PatchStep): Json {
  const at = key === "-" && step.op === "add" && rest.length === 0 ? list.length : Number(key);
  if (
    !/^(\d+|-)$/.test(key) || at > list.length || at === list.length && (step.op !== "add" || rest.length > 0)
  ) {
    throw failed(step, `invalid index: ${key}`);
  }
  if (rest.length > 0) return list.with(at, patched(list[at], rest, step));
  if (step.op === "add") return list.toSpliced(at, 0, step.value);
  const next = outcome(list[at], step);
  return next === undefined ? list.toSpliced(at, 1) : list.with(at, next);
}

function outcome(value: Json, step: PatchStep): Json {
  if (step.op === "remove") return undefined;
  if (step.op === "test" && !equal(value ?? null, step.value)) throw failed(step, "testing value failed");
  return step.op === "test" ? value : step.value;
}

function failed({ op, path }: PatchStep, why: string): Refusal {
  if (op === "test") {
    return new Refusal(422, "Invalid", `the server rejected our request due to an error in our request`);
  }
  return new Refusal(422, "Invalid", `${op} operation does not apply: ${why}: ${path}`);
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws Refusal 400 when a body that must be an object is none. */
export function checkObject(value: Json): void {
  if (!isObject(value)) throw badRequest("the body of the request is not an object");
}
