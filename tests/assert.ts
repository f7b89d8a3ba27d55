/**
 * The names of `@std/assert`, over `node:assert/strict`: JSR is not reachable everywhere this project is built.
 *
 * With JSR at hand, map `@std/assert` to `jsr:@std/assert@1` in deno.json; nothing else changes.
 */
import strict from "node:assert/strict";

export const assert: (value: unknown, message?: string) => asserts value = strict.ok;
export const assertEquals: <T>(actual: T, expected: T, message?: string) => void = strict.deepStrictEqual;
export const assertNotEquals: <T>(actual: T, expected: T, message?: string) => void =
  strict.notDeepStrictEqual;
export const assertStrictEquals: <T>(actual: unknown, expected: T, message?: string) => void =
  strict.strictEqual;
export const assertMatch: (actual: string, expected: RegExp, message?: string) => void = strict.match;

export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  strict.ok(actual !== undefined && actual !== null, message ?? "expected a value");
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  strict.ok(
    actual.includes(expected),
    message ?? `expected ${JSON.stringify(actual)} to include "${expected}"`,
  );
}

// deno-lint-ignore no-explicit-any -- the signature of @std/assert
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass?: ErrorClass<E>,
  messageIncludes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return matching(error, ErrorClass, messageIncludes);
  }
  strict.fail("expected the function to throw");
}

export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: ErrorClass<E>,
  messageIncludes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return matching(error, ErrorClass, messageIncludes);
  }
  strict.fail("expected the promise to reject");
}

function matching<E extends Error>(error: unknown, ErrorClass?: ErrorClass<E>, includes?: string): E {
  strict.ok(error instanceof (ErrorClass ?? Error), `expected ${ErrorClass?.name ?? "Error"}, got ${error}`);
  if (includes !== undefined) assertStringIncludes(error.message, includes);
  return error as E;
}
