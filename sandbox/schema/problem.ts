/** What is wrong with a field, in the API server's words. */
import type { Json } from "../../kube/api.ts";

export interface Problem {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
  /** Rules are not run on an object that has one of these. */
  readonly blocking: boolean;
}

export function invalid(field: string, value: Json, detail: string): Problem {
  return problem(field, "FieldValueInvalid", `Invalid value: ${shown(value)}: ${detail}`);
}

/** A value of the wrong type. */
export function wrongType(field: string, value: Json, detail: string): Problem {
  return {
    ...problem(field, "FieldValueTypeInvalid", `Invalid value: ${shown(typeName(value))}: ${detail}`),
    blocking: true,
  };
}

export function required(field: string, detail = ""): Problem {
  return {
    ...problem(field, "FieldValueRequired", detail ? `Required value: ${detail}` : "Required value"),
    blocking: true,
  };
}

export function forbidden(field: string, detail: string): Problem {
  return problem(field, "FieldValueForbidden", `Forbidden: ${detail}`);
}

export function duplicate(field: string, value: Json): Problem {
  return problem(field, "FieldValueDuplicate", `Duplicate value: ${shown(value)}`);
}

export function unsupported(field: string, value: Json, values: readonly Json[]): Problem {
  const list = values.map((each) => shown(each)).join(", ");
  return {
    ...problem(
      field,
      "FieldValueNotSupported",
      `Unsupported value: ${shown(value)}: supported values: ${list}`,
    ),
    blocking: true,
  };
}

export function tooLong(field: string, most: number): Problem {
  return {
    ...problem(field, "FieldValueTooLong", `Too long: may not be more than ${most} bytes`),
    blocking: true,
  };
}

export function tooMany(field: string, { count, most }: { count: number; most: number }): Problem {
  return {
    ...problem(field, "FieldValueTooMany", `Too many: ${count}: must have at most ${most} items`),
    blocking: true,
  };
}

function problem(field: string, reason: string, message: string): Problem {
  return { field, reason, message, blocking: false };
}

/** JSON, but for integers of 64 bits. */
function shown(value: Json): string {
  return typeof value === "bigint" ? String(value) : JSON.stringify(value) ?? "null";
}

export function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
