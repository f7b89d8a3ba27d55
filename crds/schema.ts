/**
 * A schema is written once; the TypeScript type and the structural OpenAPI v3 schema both follow from it.
 *
 * @example
 * ```ts
 * import { type Infer, integer, open, string } from "./schema.ts";
 *
 * const spec = open({ owner: string().required().immutable(), mtu: integer().min(576) });
 * const value: Infer<typeof spec> = { owner: "me" }; // mtu?: number
 * ```
 *
 * Fields are optional unless `.required()`. Every method returns a new schema.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { immutable, setOnce, type Transition, type Validation } from "./transition.ts";

/** The part of OpenAPI v3 that we emit. */
export interface JsonSchema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema;
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly "x-kubernetes-preserve-unknown-fields"?: true;
  readonly "x-kubernetes-list-type"?: "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-validations"?: readonly Validation[];
}

/** The TypeScript type that a schema stands for. */
export type Infer<S> = S extends Schema<infer T, boolean> ? T : never;

// deno-lint-ignore no-explicit-any -- "a schema of anything": unknown does not do under the variance of T
type AnySchema = Schema<any, boolean>;
type Fields = Readonly<Record<string, AnySchema>>;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends { readonly isRequired: true } ? K : never }[keyof F];
type Flat<T> = { readonly [K in keyof T]: T[K] };
type ObjectOf<F extends Fields> = Flat<
  & { [K in RequiredKeys<F>]: Infer<F[K]> }
  & { [K in Exclude<keyof F, RequiredKeys<F>>]?: Infer<F[K]> }
>;

export class Schema<T, Required extends boolean = false> {
  /** Carries the type only; never set. */
  declare readonly __type: T;

  constructor(
    readonly json: JsonSchema,
    readonly isRequired: Required,
    readonly transitions: readonly Transition[] = [],
  ) {}

  required(): Schema<T, true> {
    return new Schema<T, true>(this.json, true, this.transitions);
  }

  /** Filled in by the API server where absent; the type stays optional, for Kube-OVN's own CRDs have fewer. */
  default(value: T): Schema<T, Required> {
    return this.#with({ default: value });
  }

  /** A CEL rule on this value. Unchanged values are not judged again, except at the root of an object. */
  cel(rule: string, message: string, more: Omit<Validation, "rule" | "message"> = {}): Schema<T, Required> {
    const earlier = this.json["x-kubernetes-validations"] ?? [];
    return this.#with({ "x-kubernetes-validations": [...earlier, { rule, message, ...more }] });
  }

  /** What `kubectl explain` says. */
  doc(description: string): Schema<T, Required> {
    return this.#with({ description });
  }

  /** Neither changed nor added nor removed once the object exists. */
  immutable(): Schema<T, Required> {
    return new Schema(this.json, this.isRequired, [...this.transitions, immutable]);
  }

  /** A string that may be filled in while absent or empty, and then stays as it is. */
  setOnce(): Schema<T, Required> {
    return new Schema(this.json, this.isRequired, [...this.transitions, setOnce]);
  }

  /** The least value, length or number of items. */
  min(least: number): Schema<T, Required> {
    const { type } = this.json;
    if (type === "string") return this.#with({ minLength: least });
    return this.#with(type === "array" ? { minItems: least } : { minimum: least });
  }

  /** The greatest value, length or number of items. */
  max(greatest: number): Schema<T, Required> {
    const { type } = this.json;
    if (type === "string") return this.#with({ maxLength: greatest });
    return this.#with(type === "array" ? { maxItems: greatest } : { maximum: greatest });
  }

  #with(more: JsonSchema): Schema<T, Required> {
    return new Schema(
      { ...this.json, ...more },
      this.isRequired,
      this.transitions,
    );
  }
}

function schema<T>(json: JsonSchema): Schema<T> {
  return new Schema<T>(json, false);
}

export function string(): Schema<string> {
  return schema({ type: "string" });
}

export function integer(): Schema<number> {
  return schema({ type: "integer" });
}

/** A count that may be far beyond 2^53; a JSON number on the wire, never a quoted string. */
export function counter(): Schema<number | bigint> {
  return schema({ type: "number" });
}

export function boolean(): Schema<boolean> {
  return schema({ type: "boolean" });
}

export function enum_<const T extends string>(...values: readonly T[]): Schema<T> {
  return schema({ type: "string", enum: values });
}

export function list<T>(items: Schema<T, boolean>): Schema<readonly T[]> {
  return schema({ type: "array", items: items.json });
}

/** A list whose items are merged by the value of one of their fields. */
export function listMap<T>(key: keyof T & string, items: Schema<T, boolean>): Schema<readonly T[]> {
  return schema({
    type: "array",
    items: items.json,
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": [key],
  });
}

export function map<T>(values: Schema<T, boolean>): Schema<Readonly<Record<string, T>>> {
  return schema({ type: "object", additionalProperties: values.json });
}

/** Exactly these fields; the API server drops others. */
export function object<F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  const entries = Object.entries(fields);
  const required = entries.filter(([, field]) => field.isRequired).map(([name]) => name);
  const rules = entries.flatMap(([name, field]) =>
    field.transitions.map((transition) => transition(name, field.isRequired))
  );
  return schema({
    type: "object",
    ...(required.length ? { required } : {}),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, field.json])),
    ...(rules.length ? { "x-kubernetes-validations": rules } : {}),
  });
}

/** These fields, and any other is kept as it is. */
export function open<F extends Fields>(fields: F): Schema<ObjectOf<F>> {
  return schema({ ...object(fields).json, "x-kubernetes-preserve-unknown-fields": true });
}
