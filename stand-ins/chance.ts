// Random numbers that can be repeated: the same seed gives the same numbers on every machine.

/** Mulberry32. The seed is any text. The numbers are at least 0 and less than 1. */
export function createChance(seed: string): () => number {
  let state = hash(seed);
  return function next() {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text)
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619);
  return value;
}

/** One of the names, each as often as its weight says. When the weights add up to less than 1, the rest is `undefined`. */
export function draw<Name extends string>(
  chance: () => number,
  weights: readonly (readonly [Name, number])[],
): Name | undefined {
  let left = chance();
  for (const [name, weight] of weights) {
    left -= weight;
    if (left < 0) return name;
  }
  return undefined;
}
