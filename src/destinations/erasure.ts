// What an erasure removes from a record, and what stays.
import type { ErasedPerson, Erasure } from './destination.ts';
import { type Field, isOurs } from './field.ts';

/** For one record. `declared`: the field table without the operator's names, which may have been others before. */
export function divideHeld(
  declared: readonly Field[],
  named: readonly Field[],
  held: Readonly<Record<string, string>>,
): Erasure {
  const own = new Set(declared.filter(isOurs).map(({ property }) => property));
  const filled = [...new Set([...own, ...named.map(({ property }) => property)])].filter(
    (property) => held[property],
  );
  return {
    erased: filled.filter((property) => own.has(property)),
    kept: filled.filter((property) => !own.has(property)),
  };
}

/** Of all records of a person, each property once. */
export function mergeErasures(erasures: readonly Erasure[]): Erasure {
  const all = (key: keyof Erasure) => [...new Set(erasures.flatMap((erasure) => erasure[key]))];
  return { erased: all('erased'), kept: all('kept') };
}

/** The person's customers at one provider. */
export function customersOf({ customers }: Pick<ErasedPerson, 'customers'>, source: string) {
  const prefix = `${source}:`;
  return customers.flatMap((one) => (one.startsWith(prefix) ? one.slice(prefix.length) : []));
}
