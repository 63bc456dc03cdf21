// What chance decides in `npm run truth`, all from one seed.
import { createChance } from '../../stand-ins/chance.ts';

export interface Draws {
  chance(): number;
  upTo(limit: number): number;
  between(range: readonly [number, number]): number;
  one<Item>(items: readonly Item[], fallback: Item): Item;
  uuid(): string;
}

export function openDraws(seed: number): Draws {
  const chance = createChance(`truth ${seed}`);
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
