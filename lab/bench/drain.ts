// How fast a burst drains through DataFast's 60 requests a minute, and what that costs the messages that wait. Time is
// virtual: the clock jumps. Everything else is the deployed code on real KV and D1.
import * as z from 'zod';
import { build } from './built-worker.ts';
import type { Drained } from './drain-worker.ts';
import type { Scenario } from './drain-world.ts';
import type { Figure, Measured, Target } from './figures.ts';
import { askPatiently } from './patient.ts';
import { runWorkers } from './workerd.ts';

const SCENARIOS: Record<string, Omit<Scenario, 'signups'>> = {
  'limits in headers': { rateLimitHeaders: true, othersPerMinute: 0 },
  'headers silent': { rateLimitHeaders: false, othersPerMinute: 0 },
  'a third used by others': { rateLimitHeaders: true, othersPerMinute: 20 },
  'a third used by others, headers silent': { rateLimitHeaders: false, othersPerMinute: 20 },
};
/** Of the ids of its figures. */
const IDS: Readonly<Record<string, string>> = {
  'limits in headers': 'told',
  'headers silent': 'silent',
  'a third used by others': 'toldShared',
  'a third used by others, headers silent': 'silentShared',
};
const TARGET_SHARE: Target = { atLeast: 0.95 };

const Answer: z.ZodType<Drained> = z.object({
  minutes: z.number(),
  shareOfAllowed: z.number(),
  datafastRequests: z.number(),
  refused: z.number(),
  hubspotRequests: z.number(),
  invocations: z.number(),
  longestInvocationMinutes: z.number(),
  mostAttempts: z.number(),
  mostMessages: z.number(),
  deadLetters: z.number(),
  contacts: z.number(),
});

export async function measureDraining(signups: number): Promise<Measured> {
  const { script } = build('lab/bench/drain-worker.ts');
  const figures: Figure[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const worker = await runWorkers(
      [{ name: 'drain', script, env: { VISITORS: { type: 'kv' }, LEDGER: { type: 'd1' } } }],
      { migrate: 'drain' },
    );
    try {
      const drained = await askPatiently(worker.url, { ...scenario, signups });
      figures.push(...figuresOf(name, signups, Answer.parse(drained)));
    } finally {
      await worker.stop();
    }
  }
  return {
    figures,
    notes: [
      `${signups.toLocaleString('en')} signups. DataFast tells its limit in headers, or does not.`,
      'The share compares all answered requests with 60 for every minute that has begun.',
      'Visitors on the site without a tagged link cost one request to the realtime map per batch, for half an hour.',
    ],
  };
}

function figuresOf(name: string, signups: number, drained: Drained): Figure[] {
  const figure = (
    what: string,
    value: number,
    { kept, unit = '', target }: { kept?: string; unit?: string; target?: Target } = {},
  ): Figure => ({
    ...(kept !== undefined && { id: `${IDS[name]}${kept}` }),
    ...{ name: `${name}: ${what}`, value, unit, target },
  });
  const { shareOfAllowed, longestInvocationMinutes } = drained;
  return [
    figure('share of the allowed rate', shareOfAllowed, { kept: 'Share', target: TARGET_SHARE }),
    figure('virtual time', drained.minutes, { kept: 'Minutes', unit: 'min' }),
    figure('contacts in the CRM', drained.contacts, { target: { atLeast: signups } }),
    figure('most attempts of one message', drained.mostAttempts, {
      ...{ kept: 'MostAttempts', target: { atMost: 10 } },
    }),
    figure('most messages of one signup', drained.mostMessages),
    figure('dead letters', drained.deadLetters, { kept: 'DeadLetters', target: { atMost: 0 } }),
    figure('requests refused for the rate', drained.refused),
    figure('requests to DataFast', drained.datafastRequests),
    figure('requests to HubSpot', drained.hubspotRequests),
    figure('invocations', drained.invocations),
    figure('longest invocation', longestInvocationMinutes, {
      ...{ unit: 'min', target: { atMost: 15 } },
    }),
  ];
}
