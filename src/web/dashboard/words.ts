// The ledger's words and numbers as people write them.

/** `no_visitor_id` → `No visitor ID`. */
export function humanize(word: string): string {
  const text = word
    .replaceAll('_', ' ')
    .replace(/\bid\b/, 'ID')
    .replace('datafast', 'DataFast');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The name of a destination as people write it. */
export type LabelOf = (destination: string) => string;

/** A destination that is off keeps the name it has in the ledger. */
export function labelsOf(destinations: readonly { name: string; label: string }[]): LabelOf {
  const labels = new Map(destinations.map(({ name, label }) => [name, label]));
  return (name) => labels.get(name) ?? name;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}

export function decimal(value: number | null): string {
  return value === null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 1 });
}

/** `$3.10` */
export const dollars = (value: number): string =>
  value.toLocaleString('en', { style: 'currency', currency: 'USD' });

/** `90` → `1.5 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  for (const [unit, size] of [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
  ] as const) {
    if (seconds >= size) return `${decimal(seconds / size)} ${unit}`;
  }
  return `${decimal(seconds)} s`;
}
