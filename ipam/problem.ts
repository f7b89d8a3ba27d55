/** What is wrong with an input, as data: parsers and checks return these, nobody throws. */
import type { ErrorWord } from "./words.ts";

/** Something in a spec that cannot be used as it stands. Nothing is rewritten while there is one. */
export interface Problem {
  /** Path of the field, such as `spec.excludeIps[3]`. */
  readonly field: string;
  readonly message: string;
  /** What the user can do about it. */
  readonly remedy: string;
  readonly word?: ErrorWord;
}

/** Why a request for an address is not granted. */
export interface Refusal {
  readonly word: ErrorWord;
  readonly message: string;
}

/** A value, or everything that speaks against it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A value, or the one reason why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export function refuse(word: ErrorWord, message: string): Answer<never> {
  return { ok: false, refusal: { word, message } };
}

/** `spec.gateway: 10.1.0.1 is outside 10.2.0.0/16; choose an address inside it` */
export function problemText({ field, message, remedy }: Problem): string {
  return `${field}: ${message}; ${remedy}`;
}

const LISTED = 10;

/** The first ten problems in one line, and how many more there are. */
export function problemsText(problems: readonly Problem[]): string {
  const more = problems.length - LISTED;
  const listed = problems.slice(0, LISTED).map(problemText).join("; ");
  return more > 0 ? `${listed}; and ${more} more problems` : listed;
}

/** The problems of the first ten wrong entries of a list, and a count of the rest: 100,000 typos must fit into one condition. */
export function listProblems(wrong: readonly number[], problemOf: (index: number) => Problem): Problem[] {
  const listed = wrong.slice(0, LISTED).map(problemOf);
  const last = listed.at(-1), more = wrong.length - LISTED;
  if (last === undefined || more <= 0) return listed;
  return [...listed.slice(0, -1), {
    ...last,
    message: `${last.message}, and ${more} more entries are wrong`,
  }];
}
