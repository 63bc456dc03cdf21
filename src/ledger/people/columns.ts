// What a roll-up keeps of people: for each column the values that occur, and for each person a letter that is the place of
// their value. A day of many people is a short text for each column, which is read about as fast as it is fetched.
import * as z from 'zod/mini';

const text = z.nullable(z.string());
const number = z.nullable(z.number());
const column = <Value extends z.ZodMiniType>(value: Value) =>
  z.object({ values: z.array(value), codes: z.string() });

/** A quarter of an hour counts from 1970: time zones differ by whole quarters. */
export const QUARTER_MS = 15 * 60_000;

export const Columns = z.object({
  /** The quarter of an hour of the first signup, and that of the first payment. */
  at: column(z.number()),
  paid: column(number),
  /** The webhook's provider. */
  provider: column(z.string()),
  match: column(text),
  status: column(z.string()),
  channel: column(text),
  source: column(text),
  campaign: column(text),
  landingPage: column(text),
  /** The value of `via` or `ref`. */
  partner: column(text),
  country: column(text),
  convertingChannel: column(text),
  convertingSource: column(text),
  convertingCampaign: column(text),
  convertingPage: column(text),
  score: column(number),
  /** US dollars. */
  value: column(number),
  days: column(number),
});
export type Columns = z.output<typeof Columns>;
export type ColumnName = keyof Columns;

export const COLUMN_NAMES: readonly ColumnName[] = z.keyof(Columns).options;

/** The letter of the first value. Letters before it would be escaped in JSON. */
const FIRST_LETTER = 0x100;

/** D1 takes texts of two million bytes, and within another text this one is longer. https://developers.cloudflare.com/d1/platform/limits/ */
const MOST_BYTES = 1_500_000;
/** What a visitor chooses may be another text for everybody. */
const CHOSEN: ReadonlySet<ColumnName> = new Set<ColumnName>([
  'source',
  'campaign',
  'landingPage',
  'partner',
  'convertingSource',
  'convertingCampaign',
  'convertingPage',
]);
/** Stands for the values that few people share, where a period has too many of them. */
export const OTHERS = '(others)';

/** As JSON, from rows whose values are in the order of `COLUMN_NAMES`. */
export function encode(rows: readonly (readonly unknown[])[]): string {
  for (let least = 1; ; least *= 2) {
    const text = JSON.stringify(encodedWith(rows, least));
    const fits = new TextEncoder().encode(text).length <= MOST_BYTES;
    if (fits || least > rows.length) return text;
  }
}

/** `least`: values that fewer people share are one. */
function encodedWith(
  rows: readonly (readonly unknown[])[],
  least: number,
): Record<string, Encoded> {
  return Object.fromEntries(
    COLUMN_NAMES.map((name, index) => {
      const isRare = least > 1 && CHOSEN.has(name) ? rarerThan(least, rows, index) : () => false;
      const places = new Map<unknown, number>();
      const codes = rows.map((row) => {
        const value = isRare(row[index]) ? OTHERS : (row[index] ?? null);
        const place = places.get(value) ?? places.size;
        places.set(value, place);
        return String.fromCharCode(FIRST_LETTER + place);
      });
      return [name, { values: [...places.keys()], codes: codes.join('') }];
    }),
  );
}

function rarerThan(least: number, rows: readonly (readonly unknown[])[], index: number) {
  const counts = new Map<unknown, number>();
  for (const { [index]: value } of rows) counts.set(value, (counts.get(value) ?? 0) + 1);
  return (value: unknown) => typeof value === 'string' && (counts.get(value) ?? 0) < least;
}

interface Encoded {
  values: unknown[];
  codes: string;
}

/** The place of a person's value among the values of the column. */
export const placeOf = ({ codes }: { codes: string }, person: number): number =>
  codes.charCodeAt(person) - FIRST_LETTER;
