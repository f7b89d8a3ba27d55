/**
 * Rules on how a field may change.
 *
 * They sit on the object that has the field: a rule on the field itself is not run when the field is removed.
 */

/** One CEL rule of a CRD. */
export interface Validation {
  readonly rule: string;
  readonly message: string;
  /** The field that a refusal names, relative to the value that has the rule. */
  readonly fieldPath?: string;
  /** Runs on creation too, with `oldSelf` as an optional. */
  readonly optionalOldSelf?: true;
}

export type Transition = (field: string, required: boolean) => Validation;

export function immutable(field: string, required: boolean): Validation {
  const [now, before] = [access("self", field), access("oldSelf", field)];
  const same = `${now} == ${before}`;
  return {
    rule: required ? same : `has(${now}) == has(${before}) && (!has(${now}) || ${same})`,
    message: `${field} is immutable`,
    fieldPath: `.${field}`,
  };
}

export function setOnce(field: string): Validation {
  const [now, before] = [access("self", field), access("oldSelf", field)];
  return {
    rule: `!has(${before}) || ${before} == '' || (has(${now}) && ${now} == ${before})`,
    message: `${field} is set once and then stays`,
    fieldPath: `.${field}`,
  };
}

/** Reserved words of CEL that are field names of ours; the API server knows them as `__word__`. */
const reserved: ReadonlySet<string> = new Set(["namespace"]);

function access(object: string, field: string): string {
  return `${object}.${reserved.has(field) ? `__${field}__` : field}`;
}
