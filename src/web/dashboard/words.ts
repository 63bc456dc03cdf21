// The ledger's words as a reader says them, and numbers as a reader writes them.

/** `no_visitor_id` → `No visitor ID`. */
export function humanize(word: string): string {
  if (word === 'hubspot') return 'HubSpot';
  const text = word
    .replaceAll('_', ' ')
    .replace(/\bid\b/, 'ID')
    .replace('datafast', 'DataFast');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;
}

export function decimal(value: number | null, unit = ''): string {
  return value === null ? '–' : unit + value.toLocaleString('en', { maximumFractionDigits: 1 });
}

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
