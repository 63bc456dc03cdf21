// The first page over a large ledger: how long the Worker takes, and how many bytes it sends. D1 is in the same process, so
// the time is an upper bound.
import { gzipSync } from 'node:zlib';
import type { LedgerDatabase } from '../../src/ledger/database.ts';
import { keepRollUps } from '../../src/ledger/people/roll-ups.ts';
import { recordEntries } from '../../src/ledger/record.ts';
import { build } from './built-worker.ts';
import { type Measured, summarize } from './figures.ts';
import { entry, iso, START } from './ledger-rows.ts';
import { settings } from './webhooks.ts';
import { runWorkers, texts } from './workerd.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;
/** Of one statement: D1 ends one that takes longer than 30 s. */
const SEED_ROWS = 2_000;
const LOADS = 15;

/** Two webhooks for each person, some weeks of history. Channels, campaigns, pages and countries repeat as they do on a site. */
async function seed(ledger: LedgerDatabase, people: number): Promise<void> {
  await recordEntries(ledger, [entry(0)], iso(START));
  const now = Date.now();
  const apart = (DAYS * DAY_MS) / people / 2;
  for (let from = 1; from < people * 2; from += SEED_ROWS) {
    const to = Math.min(people * 2, from + SEED_ROWS);
    const at = `strftime('%Y-%m-%dT%H:%M:%fZ', ${(now - DAYS * DAY_MS) / 1000} + n.i * ${apart / 1000}, 'unixepoch')`;
    const pick = (words: readonly string[], by: string) =>
      `CASE (${by}) % ${words.length} ${words.map((word, place) => `WHEN ${place} THEN '${word}'`).join(' ')} END`;
    const channel = pick(
      ['Paid Search', 'Organic Search', 'Direct', 'Email', 'Referral', 'Unknown'],
      'n.i / 2 * 7',
    );
    await ledger
      .prepare(
        `INSERT INTO signups (id, source, email, match, status, channel, brought_by, occurred_at, received_at, updated_at,
                              signup, attribution, country, score, expected_value, days_to_signup)
         WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${to})
         SELECT 'stripe:evt_' || n.i, ${pick(['clerk', 'stripe'], 'n.i')}, 'person' || (n.i / 2) || '@example.com', 'matched',
                'delivered', ${channel}, ${pick(['Google', 'Bing', 'Newsletter', 'Reddit'], 'n.i / 2 * 3')}, ${at}, ${at}, ${at}, '{}',
                json_object('channel', ${channel}, 'campaign', 'campaign ' || (n.i / 2 * 13 % 60),
                            'landingPage', 'example.com/page-' || (n.i / 2 * 17 % 150)),
                ${pick(['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'ES'], 'n.i / 2')}, n.i / 2 % 100, n.i / 2 % 300 / 10.0, n.i / 2 % 20
         FROM n`,
      )
      .run();
  }
  while ((await keepRollUps(ledger, now)) > 0);
}

export async function measurePeople(people: number): Promise<Measured> {
  const worker = await runWorkers(
    [
      {
        name: 'whence',
        script: build().script,
        env: {
          ...texts(settings),
          SIGNUPS: { type: 'queue', name: 'whence-signups' },
          DEAD_LETTERS: { type: 'queue', name: 'whence-dead-letters' },
          VISITORS: { type: 'kv' },
          LEDGER: { type: 'd1' },
        },
      },
    ],
    { migrate: 'whence' },
  );
  try {
    const { ledger } = worker;
    if (!ledger) throw new Error('there is no ledger');
    await seed(ledger, people);
    const load = async (query: string) => {
      const times: number[] = [];
      let body = '';
      for (let turn = 0; turn < LOADS; turn += 1) {
        const startedAt = performance.now();
        const response = await fetch(new URL(`/${query}`, worker.url), {
          headers: { authorization: `Bearer ${settings.ADMIN_TOKEN}` },
        });
        body = await response.text();
        if (response.status !== 200) throw new Error(`the page answers ${response.status}`);
        times.push(performance.now() - startedAt);
      }
      return { ...summarize(times.slice(2)), kilobytes: gzipSync(body).length / 1000 };
    };
    const month = await load('');
    const all = await load('?days=90&compare=previous&by=landing_page');
    const filtered = await load('?days=90&by=campaign&channel=Email&touch=first');
    return {
      figures: [
        {
          id: 'monthMs',
          name: 'the first page of 30 days',
          ...timeOf(month),
          unit: 'ms',
          target: { atMost: 50 },
        },
        {
          id: 'comparedMs',
          name: '90 days, compared, by landing page',
          ...timeOf(all),
          unit: 'ms',
        },
        {
          id: 'channelMs',
          name: '90 days of one channel, by campaign',
          ...timeOf(filtered),
          unit: 'ms',
        },
        {
          ...{ id: 'pageKB', name: 'the page, gzip', unit: 'KB' },
          ...{ value: month.kilobytes, target: { atMost: 15 } },
        },
      ],
      notes: [
        `${people.toLocaleString('en')} people with ${(people * 2).toLocaleString('en')} webhooks over ${DAYS} days. D1 runs in the same process.`,
      ],
    };
  } finally {
    await worker.stop();
  }
}

const timeOf = ({ value, spread }: ReturnType<typeof summarize>) => ({ value, spread });
