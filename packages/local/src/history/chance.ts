/** Chance from a seed: the same seed makes the same history on every machine. */
export type Chance = {
  /** From 0 up to 1. */
  share(): number;
  happens(probability: number): boolean;
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** A name, with the probability of its weight. */
  weighted<T extends string>(weights: Record<T, number>): T;
  /** Lognormal, by its median and the standard deviation of its logarithm. */
  lognormal(median: number, sigma: number): number;
};

export function chance(seed: string): Chance {
  // FNV-1a for the start, then mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty here.
  let state = 0x811c9dc5;
  for (const code of Buffer.from(seed)) state = Math.imul(state ^ code, 0x01000193);
  const share = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller; 1 − share() is never 0.
  const normal = () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share());
  return {
    share,
    happens: (probability) => share() < probability,
    between: (low, high) => low + (high - low) * share(),
    pick: (from) => from[Math.floor(share() * from.length)]!,
    weighted(weights) {
      const names = Object.keys(weights) as (keyof typeof weights)[];
      let left = share() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      return names.at(-1)!;
    },
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
  };
}
