// What a day costs on Cloudflare's plans. Three days are played out, event by event in virtual time: through the real Worker,
// on real D1 and KV with meters. The CPU of an invocation is measured apart, because a clock that jumps shows none.

import { FREE_SIGNUPS_PER_DAY } from '../../src/limits.ts';
import type { PlayedDay, PlayedDays } from '../day/figures.ts';
import {
  CPU_LIMIT_MS,
  DAY_LIMITS,
  fitting,
  INVOCATION_LIMITS,
  operationsEach,
  shareOfFree,
  sharesOfDashboard,
} from '../day/limits.ts';
import { createDay, MIX, settings } from '../day/people.ts';
import { Counted, INVOCATIONS } from '../day/play.ts';
import { openAnswering } from './answering.ts';
import { signups as peopleOf } from './batch.ts';
import { build } from './built-worker.ts';
import { type Figure, type Measured, summarize } from './figures.ts';
import { askPatiently } from './patient.ts';
import { runWorkers, texts } from './workerd.ts';

const SIGNUPS = FREE_SIGNUPS_PER_DAY;
const FEWER = 1_000;
const LARGE = 200_000;
/** As many days as the large ledger has of the larger days. */
const LARGE_FEWER = (LARGE / SIGNUPS) * FEWER;
/** In percent of a day's limits. */
const OF_A_DASHBOARD = 5;
const OPERATIONS_EACH = 3.6;
const BATCH_SIZE = 40;
const CPU_ROUNDS = 6;

async function play(script: string, signups: number, ledgerRows?: number): Promise<PlayedDay> {
  const env = { ...texts(settings), VISITORS: { type: 'kv' }, LEDGER: { type: 'd1' } } as const;
  const worker = await runWorkers([{ name: 'day', script, env }], { migrate: 'day' });
  try {
    const counted = await askPatiently(worker.url, await createDay(signups, ledgerRows));
    return { signups, ledgerRows, counted: Counted.parse(counted) };
  } finally {
    await worker.stop();
  }
}

async function measureCpu(): Promise<Figure[]> {
  const answering = await openAnswering();
  const median = async (jobOf: Parameters<typeof answering.ownWork>[0]) =>
    summarize(await answering.ownWork(jobOf, CPU_ROUNDS)).value;
  const batchOf = (size: number, first: number) => (round: number) => ({
    kind: 'batch' as const,
    signups: peopleOf(answering.standIns, first + round, size),
  });
  try {
    const full = await median(batchOf(BATCH_SIZE, 0));
    const alone = await median(batchOf(1, 1_000));
    const headers = await answering.logIn();
    const cron = await median(() => ({ kind: 'cron', signups: [] }));
    const page = await median(() => ({ kind: 'page', signups: [], headers }));
    const cpu = (id: string, what: string, value: number): Figure => ({
      ...{ id, name: `CPU of ${what}`, value, unit: 'ms', target: { atMost: CPU_LIMIT_MS.free } },
    });
    return [
      cpu('batchCpuMs', `a batch of ${BATCH_SIZE} signups`, full),
      cpu('loneCpuMs', 'a batch of one', alone),
      cpu('cronCpuMs', 'a run of cron', cron),
      cpu('pageCpuMs', 'the dashboard, loaded', page),
    ];
  } finally {
    await answering.stop();
  }
}

export async function measurePlan(): Promise<Measured> {
  const { script } = build('lab/day/day-worker.ts');
  const played: PlayedDays = {
    young: await play(script, SIGNUPS),
    large: await play(script, SIGNUPS, LARGE),
    fewer: await play(script, FEWER, LARGE_FEWER),
  };
  const { young, large, fewer } = played;
  const days = [
    ['a young ledger', young],
    [`${LARGE.toLocaleString('en')} signups in the ledger`, large],
  ] as const;
  return {
    figures: [
      ...days.flatMap(([where, { counted, signups }]) => ofDay(where, counted, signups)),
      ...sharesOfDashboard(fewer.counted).map(
        ({ what, share }): Figure => ({
          name: `an open dashboard at ${FEWER} signups a day: ${what}`,
          ...{ value: share, unit: '%', target: { atMost: OF_A_DASHBOARD } },
        }),
      ),
      ...(await measureCpu()),
    ],
    counted: played,
    notes: [
      ...days.map(([where, { counted, signups }]) => {
        const { signups: most, first } = fitting(counted, signups);
        return `With ${where}, ${most.toLocaleString('en')} signups a day fit the Free plan, and ${first} are used up first.`;
      }),
      `${MIX.withoutVisitor * 100} % come without a visitor, ${MIX.notFound * 100} % with one that DataFast does not know. All days are whole: nothing is scaled.`,
    ],
  };
}

function ofDay(where: string, counted: Counted, signups: number): Figure[] {
  const day = `${where}, ${signups} signups a day`;
  return [
    {
      name: `${day}: queue operations of a signup`,
      ...{ value: operationsEach(counted, signups), unit: '', target: { atMost: OPERATIONS_EACH } },
    },
    ...DAY_LIMITS.map(
      (limit): Figure => ({
        name: `${day}: ${limit.what}`,
        ...{ value: shareOfFree(limit, counted), unit: '%' },
        ...(limit.target !== undefined && { target: { atMost: limit.target } }),
      }),
    ),
    ...INVOCATION_LIMITS.map(
      ({ what, spending, free }): Figure => ({
        name: `${day}: ${what} in one invocation`,
        value: Math.max(...INVOCATIONS.map((kind) => counted.most[kind][spending])),
        ...{ unit: '', target: { atMost: free } },
      }),
    ),
  ];
}
