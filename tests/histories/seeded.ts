/** Whatever goes wrong in a history says which one it was. */
export async function seeded<T>(seed: number, play: (seed: number) => T | Promise<T>): Promise<T> {
  try {
    return await play(seed);
  } catch (cause) {
    throw new Error(`seed ${seed}`, { cause });
  }
}
