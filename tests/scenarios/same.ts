/** Comparisons whose failures read as sentences. */

/** @throws Error with both, when they are not the same as JSON */
export function same(what: string, seen: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

/** @throws Error when two of them are the same */
export function distinct(what: string, all: readonly string[]): void {
  const twice = all.find((each, i) => all.indexOf(each) !== i);
  if (twice !== undefined) throw new Error(`${what}: ${twice} twice`);
}
