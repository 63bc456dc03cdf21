// The previews of all destinations in one table: a row for each field, whatever the destinations call it.
import type { Preview, PreviewedProperty } from './destination.ts';
import { heldTimeOf } from './held-time.ts';

/** What one destination would do with the field. */
export type SideBySideCell = Omit<PreviewedProperty, 'label'>;

export interface SideBySideRow {
  label: string;
  /** Whether one of the destinations would hold another value afterwards. An event is sent anyway, and changes nothing. */
  wouldChange: boolean;
  /** By the name of the destination; absent where it does not have the field. */
  destinations: Readonly<Record<string, SideBySideCell>>;
}

/** ISO 8601, or Unix milliseconds. */
const MOMENT = /^(\d{4}-\d\d-\d\dT.*|\d{12,})$/;

/** Whether both say the same. A service may spell a moment otherwise than it was written. */
export function isSame(now: string | null, wouldBe: string | null): boolean {
  if (now === wouldBe || now === null || wouldBe === null) return now === wouldBe;
  return (
    [now, wouldBe].every((text) => MOMENT.test(text)) && heldTimeOf(now) === heldTimeOf(wouldBe)
  );
}

/** Whether the record would hold something else afterwards. */
export const isChange = ({ action, now, wouldBe }: SideBySideCell): boolean =>
  action === 'write' && !isSame(now, wouldBe);

/** Rows that would change come first; else in the order of the field tables. */
export function sideBySide(
  previews: readonly (Pick<Preview, 'properties' | 'payload'> & { name: string })[],
): readonly SideBySideRow[] {
  const rows = new Map<string, { label: string; cells: [string, SideBySideCell][] }>();
  const events = previews.flatMap(({ name, payload }) => (payload === undefined ? [] : name));
  for (const { name, properties } of previews) {
    const seen = new Set<string>();
    for (const { label, ...cell } of properties) {
      // The operator's copy of a field that Whence keeps has a row of its own.
      const key = seen.has(label) ? `${label} ${cell.property}` : label;
      seen.add(label);
      const row = rows.get(key) ?? { label, cells: [] };
      row.cells.push([name, cell]);
      rows.set(key, row);
    }
  }
  const all = [...rows.values()].map(
    ({ label, cells }): SideBySideRow => ({
      label,
      wouldChange: cells.some(([name, cell]) => !events.includes(name) && isChange(cell)),
      destinations: Object.fromEntries(cells),
    }),
  );
  return all.toSorted((a, b) => Number(b.wouldChange) - Number(a.wouldChange));
}
