// The doctor's lines about coverage: how many signups of each source have a source, and the cause that costs most.
import type { Coverage } from './coverage.ts';
import type { LossCause } from './losses.ts';
import { type Check, line } from './report.ts';

/** A smaller number says nothing about a source. */
const ENOUGH = 5;

const SHARED = 'shared_visitor';

interface Words {
  /** After the count. */
  found: string;
  /** The likely cause, and from which share on it is worth a warning. */
  cause?: string;
  above?: number;
}

/** The causes that are told, in this order. */
const WORDS: readonly (readonly [LossCause, Words])[] = [
  [
    'cookieless',
    {
      found: 'without a visitor ID',
      cause:
        'The cookie is never sent along, or DataFast’s script runs without cookies and there is none',
      above: 0.5,
    },
  ],
  [
    'no_cookie',
    { found: 'without a visitor ID', cause: 'The cookie is not always sent along', above: 0.5 },
  ],
  [
    'guessed_id',
    { found: 'with an ID of yours only', cause: 'The cookie needs a place of its own', above: 0.2 },
  ],
  [
    'wrapped_value',
    {
      found: 'with an invalid one',
      cause: 'Something else than the cookie’s value is sent along',
      above: 0.2,
    },
  ],
  [
    'other_website',
    {
      found: 'with one that DataFast does not know',
      cause: 'The key is of another website, or the script does not run',
      above: 0.5,
    },
  ],
  [
    'ad_blocker',
    {
      found: 'with one that DataFast does not know',
      cause: 'The script is blocked, or the key is of another website',
      above: 0.5,
    },
  ],
  [
    'refused_visitor',
    { found: 'with one that DataFast refuses', cause: 'DataFast refuses the visitors', above: 0.2 },
  ],
  ['bot', { found: 'of bots' }],
  [SHARED, { found: 'of a shared visitor' }],
];

/** One line for each source. */
export function checkCoverage(coverage: readonly Coverage[]): Check[] {
  return coverage.flatMap((one) => (one.source === null ? [] : [lineOf(one, one.source)]));
}

function lineOf(coverage: Coverage, source: string): Check {
  const { received, matched, losses, share, shareBefore } = coverage;
  const found = WORDS.flatMap(([cause, words]) => {
    const loss = losses.find((one) => one.cause === cause);
    return loss ? [{ ...words, loss }] : [];
  });
  // A visitor who is shared is known, and counts among the matched.
  const told = found.reduce((sum, { loss }) => sum + (loss.cause === SHARED ? 0 : loss.count), 0);
  const notLookedUp = received - matched - told;
  const lost = [
    ...found.map(({ loss, found: words }) => `${loss.count} ${words}`),
    ...(notLookedUp > 0 ? [`${notLookedUp} not looked up`] : []),
  ].join(', ');
  const before = shareBefore === null ? '' : `, ${percent(shareBefore)} in the week before`;
  const known = share === null ? '' : `; ${percent(share)} with a known source${before}`;
  const what = `${source}: ${received} ${received === 1 ? 'signup' : 'signups'}, ${lost || 'all with a known visitor'}${known}`;
  const worst = found.find(({ loss, above }) => above !== undefined && loss.share > above);
  // Signups of the past are what they are.
  const isFixable = received >= ENOUGH && source !== 'backfill';
  return worst?.cause && isFixable
    ? line('visitor IDs', what, `${worst.cause}: docs/sources.md#${source}`, 'warning')
    : line('visitor IDs', what);
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
