// The people whose first signup arrived in a period, each with what is known from all their signups. A person is an
// address, else a customer of a provider, else a single signup.
import * as z from 'zod/mini';
import { UNKNOWN_CHANNEL } from '../../model.ts';
import { jsonColumn, type LedgerDatabase, rowsOf } from '../database.ts';
import { COLUMN_NAMES, type ColumnName } from './columns.ts';

/** A person is a row: D1 takes texts of two million bytes, and one of all people may be longer. */
const PersonRow = z.object({
  /** When they signed up first, ISO 8601. */
  firstAt: z.string(),
  /** The values, in the order of `COLUMN_NAMES`. */
  person: jsonColumn(z.array(z.unknown())),
});

export interface CountedPeople {
  /** When the earliest of them signed up. */
  firstAt: string | null;
  people: readonly (readonly unknown[])[];
}

/** `period`: a day or an hour of arrival. */
export const countPeople = (ledger: LedgerDatabase, period: string): D1PreparedStatement =>
  ledger.prepare(COUNT).bind(period);

export function countedPeople(result: D1Result | undefined): CountedPeople {
  const rows = rowsOf(PersonRow, result);
  const earliest = (one: string | null, { firstAt }: { firstAt: string }) =>
    one === null || firstAt < one ? firstAt : one;
  return { firstAt: rows.reduce(earliest, null), people: rows.map(({ person }) => person) };
}

/** Of a person's signups `p`: these values of the first one by rank and time that fits the condition, as a list. */
const firstOf = (values: readonly string[], condition: string, rank: readonly string[] = []) =>
  `min(json_array(${[...rank, 'p.occurred_at', ...values].join(', ')})) FILTER (WHERE ${condition})`;
const tag = (name: string) => `p.attribution ->> '$.${name}'`;
const converting = (name: string) => `p.conversion ->> '$.${name}'`;

/** What several columns are taken from. */
const PARTS = {
  // A known touch before an unknown one, and the signup that wrote it before those that repeat it.
  touch: firstOf(
    [
      'p.channel',
      'p.brought_by',
      tag('campaign'),
      tag('landingPage'),
      `coalesce(${tag('via')}, ${tag('ref')})`,
    ],
    'p.channel IS NOT NULL',
    [`p.channel = '${UNKNOWN_CHANNEL}'`, 'p.attribution IS NULL'],
  ),
  conversion: firstOf(
    ['channel', 'source', 'campaign', 'page'].map(converting),
    'p.conversion IS NOT NULL',
  ),
  country: firstOf(['p.country'], 'p.country IS NOT NULL'),
  days: firstOf(['p.days_to_signup'], 'p.days_to_signup IS NOT NULL'),
  // The newest one counts.
  prediction: `max(json_array(p.updated_at, round(p.score), round(p.expected_value, 2)))
    FILTER (WHERE p.score IS NOT NULL OR p.expected_value IS NOT NULL)`,
};

/** The best of a person's words: those of the list first, in its order. */
const best = (column: string, ...words: readonly string[]) =>
  `substr(min(CASE p.${column} ${words.map((word, rank) => `WHEN '${word}' THEN '${rank}${word}'`).join(' ')}
   ELSE '9' || p.${column} END), 2)`;
const part = (name: keyof typeof PARTS, index: number) => `(${PARTS[name]}) ->> '$[${index}]'`;
const quarter = (moment: string) => `unixepoch(${moment}) / 900`;

/** Of the first signup of the person: it says in which period they count. */
const FIRST = 'min(json_array(p.occurred_at, p.id, p.received_at, p.source, p.is_counted))';
const first = (index: number) => `(${FIRST}) ->> '$[${index}]'`;

const VALUES: Readonly<Record<ColumnName, string>> = {
  at: quarter('min(p.occurred_at)'),
  paid: quarter('min(p.paid_at)'),
  provider: first(3),
  match: best('match', 'matched', 'shared_visitor'),
  status: best('status', 'delivered', 'failed', 'waiting'),
  channel: part('touch', 3),
  source: part('touch', 4),
  campaign: part('touch', 5),
  landingPage: part('touch', 6),
  partner: part('touch', 7),
  country: part('country', 1),
  convertingChannel: part('conversion', 1),
  convertingSource: part('conversion', 2),
  convertingCampaign: part('conversion', 3),
  convertingPage: part('conversion', 4),
  score: part('prediction', 1),
  value: part('prediction', 2),
  days: part('days', 1),
};

/** More signups of one person say nothing new, and the address of a monitor may have thousands. */
const MOST_OF_A_PERSON = 20;

const earliest = (column: 'email' | 'customer') => `p.${column} = who AND p.occurred_at <= ifnull((
    SELECT occurred_at FROM signups WHERE ${column} = who ORDER BY occurred_at LIMIT 1 OFFSET ${MOST_OF_A_PERSON - 1}), '~')`;

/** The people of whom a signup arrived in the period, with all their signups. What cannot be read is nobody yet. */
const counted = (they: string, group: string) => `
  SELECT ${first(0)} AS firstAt, json_array(${COLUMN_NAMES.map((name) => VALUES[name]).join(', ')}) AS person
  FROM (${they}) AS they
  CROSS JOIN signups p ON ${group}
  GROUP BY who
  HAVING ${first(2)} >= ?1 AND ${first(2)} < ?1 || '~' AND ${first(4)} = 0`;

const ARRIVED = "received_at >= ?1 AND received_at < ?1 || '~'";

/** Those without an address are few, and are looked for once. */
const COUNT = `
  WITH nameless AS MATERIALIZED (
    SELECT id, customer FROM signups WHERE ${ARRIVED} AND email IS NULL)
  ${counted(`SELECT DISTINCT email AS who FROM signups WHERE ${ARRIVED} AND email IS NOT NULL`, earliest('email'))}
  UNION ALL
  ${counted('SELECT DISTINCT customer AS who FROM nameless WHERE customer IS NOT NULL', earliest('customer'))} AND max(p.email IS NOT NULL) = 0
  UNION ALL
  ${counted("SELECT id AS who FROM nameless WHERE customer IS NULL AND id NOT BETWEEN 'unreadable:' AND 'unreadable;'", 'p.id = who')}`;
