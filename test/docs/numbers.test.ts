// Numbers that the documentation repeats are those of the code.
import { describe, expect, it } from 'vitest';
import { CRON_LATE_MS } from '../../src/limits.ts';
import { ledgerRetentionDays, ownSettings } from '../../src/settings/own-settings.ts';
import { WAITED_FOR_MS } from '../../src/sources/source.ts';
import { DAY_MS, DAY_SECONDS, MINUTE_MS } from '../../src/time.ts';
import { KEPT_SECONDS } from '../../src/visitors/kept-visitor.ts';
import { pages } from './pages.ts';

const WORDS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];
const numberOf = (text: string) =>
  WORDS.includes(text) ? WORDS.indexOf(text) : Number(text.replaceAll(',', ''));

/** How many characters it has at least. */
const shortestToken = () => {
  const lengths = Array.from({ length: 100 }, (_, index) => index + 1);
  const token = ownSettings.find(({ name }) => name === 'ADMIN_TOKEN');
  return lengths.find((length) => token && !('problem' in token.read('x'.repeat(length))));
};

const FACTS: readonly (readonly [what: string, value: number | undefined, said: RegExp])[] = [
  [
    'how long the ledger keeps a signup',
    Number(ledgerRetentionDays.default),
    /`LEDGER_RETENTION_DAYS` after arrival, (\S+) by default|at (\S+) days of retention/g,
  ],
  ['when cron counts as late', CRON_LATE_MS / MINUTE_MS, /cron has not run for (\S+) minutes/g],
  ['how long half a signup is kept', WAITED_FOR_MS / DAY_MS, /is kept for (\S+) days/g],
  ['how old a cached copy may be', KEPT_SECONDS / DAY_SECONDS, /cached copy of up to (\S+) days/g],
  ['how long a token is', shortestToken(), /`ADMIN_TOKEN` \|[^|]*?at least (\S+) characters/gi],
];

describe('the documentation', () => {
  it.each(FACTS)('says %s as the code has it', (_, value, said) => {
    const numbers = pages.flatMap(({ path, text }) =>
      [...text.replace(/\s+/g, ' ').matchAll(said)].map((match) => ({
        path,
        number: numberOf(match.slice(1).find((group) => group !== undefined) ?? ''),
      })),
    );
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.filter(({ number }) => number !== value)).toEqual([]);
  });
});
