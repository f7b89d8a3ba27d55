/** Some at once, the others as soon as there is room. */
export async function inTurn<T>(
  all: readonly T[],
  width: number,
  act: (one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...all];
  await Promise.all(Array.from({ length: width }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  }));
}
