/**
 * A schema made ready for use: what pruning, defaulting, validation, merging and field tracking ask of it.
 *
 * Built-in kinds and custom ones go through the same {@link compile}.
 */
import type { Json } from "../../kube/api.ts";
import type { Predicate } from "./known_rules.ts";

export interface Shape {
  readonly type: "object" | "array" | "string" | "integer" | "number" | "boolean" | "any";
  readonly nullable: boolean;
  /** Declared fields of an object. */
  readonly fields?: ReadonlyMap<string, Shape>;
  /** What an object holds under keys that are not declared; absent: such keys are dropped. */
  readonly values?: Shape;
  readonly items?: Shape;
  /** Owned and replaced as a whole. Lists are, unless they have `keys` or are a `set`. */
  readonly atomic: boolean;
  /** Fields that identify an item of a list. */
  readonly keys?: readonly string[];
  readonly set: boolean;
  readonly required: readonly string[];
  readonly default?: Json;
  readonly limits?: Limits;
  readonly rules: readonly Rule[];
  /** The declared fields that have a default. */
  readonly ownDefaults: readonly (readonly [key: string, field: Shape])[];
  /** It, or something below, has a default. */
  readonly defaults: boolean;
  /** It, or something below, has rules. */
  readonly ruled: boolean;
  /** Kept as a Go struct: what is empty counts as absent, what is of a wrong type cannot be read at all. */
  readonly typed: boolean;
}

export interface Limits {
  readonly enum?: readonly Json[];
  readonly pattern?: { readonly text: string; readonly regexp: RegExp };
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
}

/** One entry of `x-kubernetes-validations`. */
export interface Rule {
  readonly holds: Predicate;
  readonly message: string;
  readonly fieldPath?: string;
  /** Compares with the value before; without one it is not run, unless it is `optional`. */
  readonly transition: boolean;
  readonly optional: boolean;
}

/** Whatever there is: objects by field, lists as a whole. */
export const ANY: Shape = anything();

/** What the object has, or may have, under this key; `undefined` when it may not. */
export function childShape(shape: Shape, key: string): Shape | undefined {
  return shape.fields?.get(key) ?? shape.values;
}

export function itemShape(shape: Shape): Shape {
  return shape.items ?? ANY;
}

/** Whether a value of this shape is owned as one. */
export function isAtomic(shape: Shape, value: Json): boolean {
  if (Array.isArray(value)) return shape.type !== "array" || shape.atomic;
  return shape.atomic;
}

function anything(): Shape {
  const shape: { -readonly [K in keyof Shape]: Shape[K] } = {
    type: "any",
    nullable: true,
    atomic: false,
    set: false,
    required: [],
    rules: [],
    ownDefaults: [],
    defaults: false,
    ruled: false,
    typed: false,
  };
  shape.values = shape;
  return shape;
}
