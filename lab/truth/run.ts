// `npm run truth`: how many contacts carry the true first touch. A population with known origins signs up through the real
// Worker, between the stand-ins, in virtual time. It ends with 1 when a target is missed.
import { samples } from '../../samples/index.ts';
import { newCommand, numberWhere, parseOwn } from '../../src/cli/command.ts';
import { sources } from '../../src/sources/index.ts';
import { build } from '../bench/built-worker.ts';
import type { Figure } from '../bench/figures.ts';
import { runWorkers, texts } from '../bench/workerd.ts';
import { keepFigures } from '../figures/kept.ts';
import { figuresOf } from './figures.ts';
import { type Play, Played, type Run } from './play.ts';
import { createPopulation, type Population } from './population.ts';
import {
  MOMENTS,
  meets,
  NAMES,
  print,
  type Scenario,
  type Target,
  type Verdicts,
} from './result.ts';
import { judge, type Verdict } from './verdict.ts';

const TRUE_ENOUGH: Target = { right: 0.97, wrong: 0.005 };
const NEVER_WRONG: Target = { right: 0, wrong: 0 };

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'list',
    title: 'REFERRER_LOOKUP=list',
    run: { lookup: 'list', acquisition: 'first', window: 'first', afterwards: 'refresh' },
    targets: { atOnce: TRUE_ENOUGH, after: TRUE_ENOUGH },
  },
  {
    id: 'auto',
    title: 'REFERRER_LOOKUP=auto from an empty start, then one refresh',
    run: { lookup: 'auto', acquisition: 'first', window: 'first', afterwards: 'refresh' },
    targets: { after: TRUE_ENOUGH },
  },
  {
    id: 'autoReplay',
    title: 'REFERRER_LOOKUP=auto from an empty start, then a replay',
    run: { lookup: 'auto', acquisition: 'first', window: 'first', afterwards: 'replay' },
    targets: { after: TRUE_ENOUGH },
  },
  {
    id: 'lastTouch',
    title: 'REFERRER_LOOKUP=auto, and the list tells the last touch',
    run: { lookup: 'auto', acquisition: 'last', window: 'first', afterwards: 'refresh' },
    targets: { atOnce: NEVER_WRONG, after: NEVER_WRONG },
  },
  {
    id: 'lastVisit',
    title: 'REFERRER_LOOKUP=auto, the list tells the last touch, and goes by the last visit',
    run: { lookup: 'auto', acquisition: 'last', window: 'last', afterwards: 'refresh' },
    targets: { atOnce: NEVER_WRONG, after: NEVER_WRONG },
  },
];

/** DataFast lists a visitor so long after the first visit. */
const LIST_LAG_MS = 3 * 60_000;
const START_MS = Date.UTC(2026, 10, 2, 9);

const PEOPLE = 500;
const SEED = 1;

function readFlags() {
  const whole = (least: number) =>
    numberWhere(
      (value) => Number.isInteger(value) && value >= least && value <= 2 ** 32,
      `a whole number from ${least}`,
    );
  const command = newCommand('truth')
    .description('Counts how many contacts carry the true first touch.')
    .option('--people <number>', 'how many people sign up', whole(50), PEOPLE)
    .option('--seed <number>', 'the same seed gives the same people', whole(0), SEED)
    .option('--json', 'the result as JSON instead of tables')
    .option('--write', 'keeps the figures for the documentation; then npm run docs')
    .option('--verbose', 'names every person whose contact is not right');
  parseOwn(command);
  const { people, seed, json = false, write = false, verbose = false } = command.opts();
  return { people, seed, json, write, verbose };
}

const keys: Play['keys'] = {
  DATAFAST_API_KEY: 'df_truth',
  HUBSPOT_TOKEN: 'pat-truth',
  ADMIN_TOKEN: 'the-operator-of-npm-run-truth-32-characters',
};
const secrets = new Map(['stripe', 'clerk', 'signup', 'polar', 'paddle'].map(newSecret));

function newSecret(source: string): [string, string] {
  const sample = samples.get(source);
  if (!sample) throw new Error(`There is no sample of ${source}.`);
  return [source, sample.newSecret()];
}

async function playOut(script: string, run: Run, population: Population): Promise<Played> {
  const named = [...secrets].map(([source, secret]) => [
    sources.get(source)?.secretName ?? source,
    secret,
  ]);
  const settings = { ...keys, ...Object.fromEntries(named), REFERRER_LOOKUP: run.lookup };
  const worker = await runWorkers(
    [
      {
        ...{ name: 'truth', script },
        env: { ...texts(settings), VISITORS: { type: 'kv' }, LEDGER: { type: 'd1' } },
      },
    ],
    { migrate: 'truth' },
  );
  try {
    const { people, ...others } = population;
    const play: Play = {
      ...{ ...others, run, keys, startMs: START_MS, listLagMs: LIST_LAG_MS },
      people: people.map(({ email, visitorId }) => ({ email, visitorId })),
    };
    const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(play) });
    if (!response.ok) throw new Error(await response.text());
    return Played.parse(await response.json());
  } finally {
    await worker.stop();
  }
}

const { people, seed, json, write, verbose } = readFlags();
const population = await createPopulation({
  ...{ seed, people, startMs: START_MS, secrets },
  operatorHeaders: {
    authorization: `Bearer ${keys.ADMIN_TOKEN}`,
    'content-type': 'application/json',
  },
});
const { script } = build('lab/truth/truth-worker.ts');
const results: unknown[] = [];
const figures: Figure[] = [];
let isMissed = false;
for (const scenario of SCENARIOS) {
  const played = await playOut(script, scenario.run, population);
  const verdicts: Verdicts = {
    atOnce: judge(population.people, played, 'atOnce'),
    after: judge(population.people, played, 'after'),
  };
  const isUnheard = played.refused.length > 0 || played.people.some(({ after }) => !after.exists);
  const misses = MOMENTS.filter((moment) => {
    const target = scenario.targets[moment];
    return target && !meets(verdicts[moment].total, target);
  });
  isMissed ||= isUnheard || misses.length > 0;
  results.push({
    ...{ title: scenario.title, misses, requests: played.requests, errors: played.errors },
    ...{ refused: played.refused, atOnce: shown(verdicts.atOnce), after: shown(verdicts.after) },
  });
  figures.push(...figuresOf(scenario, verdicts, figures.length === 0));
  if (!json) print(scenario, played, verdicts);
  if (!json) for (const line of [...played.refused, ...played.errors]) console.error(line);
  if (verbose && !json) {
    for (const moment of MOMENTS) {
      for (const line of verdicts[moment].differences) console.log(`${NAMES[moment]}, ${line}`);
    }
  }
}
if (json) console.log(JSON.stringify({ seed, people: population.people.length, results }, null, 2));
if (write) {
  const more = seed === SEED && people === PEOPLE ? '' : ` -- --people ${people} --seed ${seed}`;
  keepFigures('truth', {
    title: 'The true first touch, of people with known origins',
    command: `npm run truth${more}`,
    figures,
    notes: [
      'The real Worker, in virtual time. At once: without those whom a backfill or an outage of the list leaves to the refresh.',
    ],
  });
}
process.exitCode = isMissed ? 1 : 0;

function shown({ byKind, total, differences }: Verdict) {
  return { total, byKind: Object.fromEntries(byKind), differences };
}
