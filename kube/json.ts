/**
 * JSON with exact integers: what JavaScript's numbers cannot hold becomes a bigint, and a bigint becomes digits again.
 *
 * Kubernetes counts in int64, an IPv6 subnet has 2^64 addresses, and `JSON.parse` rounds above 2^53.
 */
import type { Json } from "./api.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
/** No shorter run of digits is above 2^53. */
const LONG = 16;

/**
 * Parses JSON. Integers above 2^53 that fit into an int64 come out as bigints; beyond that an API server itself holds
 * floating-point numbers, and so do we.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): Json {
  return hasLongNumber(text) ? JSON.parse(text, exact as Reviver) : JSON.parse(text);
}

/** Prints JSON; bigints as bare digits. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The only TypeError besides a cycle, which throws again below.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, part) => typeof part === "bigint" ? RAW.rawJSON(`${part}`) : part);
  }
}

type Reviver = (key: string, value: unknown) => unknown;
// ECMAScript 2026, not yet in TypeScript's library.
const RAW = JSON as typeof JSON & { rawJSON(text: string): unknown };

function exact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source ?? "")) return value;
  const integer = BigInt(source!);
  return integer > INT64_MAX || integer < INT64_MIN ? value : integer;
}

/** Looks at every sixteenth character only: a long run of digits cannot hide between two of them. */
function hasLongNumber(text: string): boolean {
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let from = at;
    while (isDigit(text, from - 1)) from--;
    let to = at + 1;
    while (isDigit(text, to)) to++;
    if (to - from >= LONG) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
