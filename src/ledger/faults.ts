// Why the ledger cannot be read or written, in our words. D1 says it in messages only.
// https://developers.cloudflare.com/d1/observability/debug-d1/
import type { ReasonEntry } from '../reasons.ts';

const BY_ITSELF = 'Whence tries again by itself, and nothing is lost.';

export const LEDGER_FAULTS = {
  not_migrated: {
    says: 'The ledger does not have the schema of this version.',
    todo: 'Run npx whence-crm setup. Nothing is lost meanwhile.',
  },
  daily_limit: {
    says: 'The rows that D1 allows in a day are used up.',
    todo: 'It goes on at 00:00 UTC, and at once on the Paid plan. Signups wait on the queue, which the Free plan keeps for 24 hours.',
  },
  too_large: {
    says: 'The database is full.',
    todo: 'Lower LEDGER_RETENTION_DAYS, or change to the Paid plan. Signups wait on the queue meanwhile.',
  },
  overloaded: {
    says: 'D1 has more to do than it can.',
    todo: BY_ITSELF,
  },
  unreachable: {
    says: 'D1 cannot be reached.',
    todo: BY_ITSELF,
  },
  refused: {
    says: 'D1 refuses for a reason that Whence does not know.',
    todo: `${BY_ITSELF} If it lasts, look at the database in the dashboard of Cloudflare.`,
  },
} as const satisfies Readonly<Record<string, Pick<ReasonEntry, 'says' | 'todo'>>>;
export type LedgerFault = keyof typeof LEDGER_FAULTS;

/** The first that fits. */
const WORDS: readonly (readonly [LedgerFault, RegExp])[] = [
  ['not_migrated', /no such (table|column)|has no column named/i],
  ['too_large', /maximum (db|database|account)|database or disk is full/i],
  [
    'daily_limit',
    /daily|per day|free[ -]?(tier|plan)|quota|rows? (read|written|write)s? .*(limit|exceed)|(limit|exceed).* rows? (read|written|write)/i,
  ],
  ['overloaded', /overloaded|cpu time limit|memory limit|too many (api )?requests/i],
  [
    'unreachable',
    /connection lost|timeout|timed out|reset|internal error|transient|disconnected|cannot resolve/i,
  ],
];

/** What the runtime says when it does not reach D1 at all. Nothing else is asked without a catch of its own. */
const NOT_REACHED = /^(network connection lost|internal error; reference)/i;

/** Whether a failure may be the fault of what was to be written: the ledger itself is not known to fail. */
export const isOfItems = (fault: LedgerFault | undefined): boolean =>
  fault === undefined || fault === 'refused';

/** `undefined`: the error is not the ledger's. */
export function faultOf(error: unknown): LedgerFault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (NOT_REACHED.test(error.message)) return 'unreachable';
  if (!error.message.startsWith('D1_')) return faultOf(error.cause);
  return WORDS.find(([, words]) => words.test(error.message))?.[0] ?? 'refused';
}
