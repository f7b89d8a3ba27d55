/** Choices that a seed repeats. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** One of `items`, each as likely as any other. */
  pick<T>(items: readonly T[]): T;
  /** One of the keys, as likely as its weight says. */
  weighed<T extends string>(weights: Readonly<Record<T, number>>): T;
  /** `value()` with the given probability, else nothing: to be spread into an object. */
  maybe<T extends object>(probability: number, value: () => T): T | Record<string, never>;
}

/** sfc32, seeded by a whole number. */
export function random(seed: number): Random {
  let [a, b, c, d] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t | 0;
    return (t >>> 0) / 2 ** 32;
  };
  // Seeds next to each other must not give similar beginnings.
  for (let i = 0; i < 12; i++) next();
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  return {
    next,
    pick,
    weighed<T extends string>(weights: Readonly<Record<T, number>>): T {
      const entries = Object.entries(weights) as [T, number][];
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        rest -= weight;
        if (rest < 0) return key;
      }
      return (entries.at(-1) as [T, number])[0];
    },
    maybe: (probability, value) => next() < probability ? value() : {},
  };
}
