// What chance decides, all from one seed: the same seed decides the same on every machine.
import { createChance } from './chance.ts';

export interface Draws {
  chance(): number;
  upTo(limit: number): number;
  between(range: readonly [number, number]): number;
  one<Item>(items: readonly Item[], fallback: Item): Item;
  uuid(): string;
}

export function openDraws(seed: string): Draws {
  const chance = createChance(seed);
  const upTo = (limit: number) => Math.floor(chance() * limit);
  const hex = (count: number) =>
    Array.from({ length: count }, () => upTo(16).toString(16)).join('');
  return {
    ...{ chance, upTo },
    between: ([from, to]) => from + chance() * (to - from),
    one: (items, fallback) => items[upTo(items.length)] ?? fallback,
    uuid: () => [hex(8), hex(4), `4${hex(3)}`, `a${hex(3)}`, hex(12)].join('-'),
  };
}
