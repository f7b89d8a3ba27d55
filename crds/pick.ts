/** A copy with these fields only, as far as they are there. */
export function pick<T extends object, K extends keyof T>(from: T, ...fields: readonly K[]): Pick<T, K> {
  const picked = {} as Pick<T, K>;
  for (const field of fields) {
    if (from[field] !== undefined) picked[field] = from[field];
  }
  return picked;
}
