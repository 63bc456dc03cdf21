// Faults, planted one after the other in the real Worker: after how many minutes dashboard, doctor, /health and the
// alert say so, in which words, and the all-clear after the repair. What is found stands in fault-times.json, from which
// the table in docs/alerts.md is made.
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './fault-stage.ts';
import times from './fault-times.json';
import { FAULTS, type Fault } from './planted-faults.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => vi.useRealTimers());

/** Longer than anything takes to be noticed, and to be over. */
const MOST_MINUTES = 14 * 60;

/** Minutes from the planting on until each says it; `null`: it does not. */
export interface Times {
  how: string;
  dashboard: number | null;
  doctor: number | null;
  health: number | null;
  alert: number | null;
  words: string | null;
  allClear: number | null;
}

/** Says it now, of those that are to say it and have not yet. */
async function saying(stage: Stage, fault: Fault, found: Times): Promise<void> {
  const minutes = Math.round((Date.now() - plantedMs) / 60_000);
  const says = async (path: string, words: RegExp) =>
    words.test(await (await stage.ask(path)).text());
  if (found.dashboard === null && (await says('/', fault.dashboard))) found.dashboard = minutes;
  if (found.doctor === null && (await says('/api/doctor', fault.doctor))) found.doctor = minutes;
  if (fault.health && found.health === null && (await stage.ask('/health')).status === 503) {
    found.health = minutes;
  }
  const alert = stage.told.find(
    ({ type, data }) => type === 'alert.raised' && data.check === fault.alert,
  );
  if (alert && found.alert === null) {
    found.alert = minutes;
    found.words = `${alert.data.title}. ${alert.data.what}`;
  }
}
let plantedMs = 0;

const isSaid = (fault: Fault, found: Times) =>
  found.dashboard !== null &&
  found.doctor !== null &&
  (!fault.health || found.health !== null) &&
  (!fault.alert || found.alert !== null);

/** Goes on until something is so, or it takes too long. */
async function goOn(
  stage: Stage,
  { traffic = ({ signUp }: Stage) => signUp(), everyMinutes = 2, lookMinutes = 1 }: Fault,
  isRepaired: boolean,
  isEnough: (minutes: number) => Promise<boolean>,
): Promise<void> {
  const step = isRepaired ? 1 : lookMinutes;
  for (let minutes = 0; minutes <= MOST_MINUTES; minutes += step) {
    if (minutes % everyMinutes === 0) await traffic(stage, isRepaired);
    if (await isEnough(minutes)) return;
    await stage.pass(step);
  }
}

const all: Record<string, Times> = {};

async function watchFault(fault: Fault): Promise<Times> {
  const stage = await openStage();
  await fault.before?.(stage);
  // Cron has run, and runs again in three minutes.
  await stage.pass(5);
  const found: Times = {
    how: fault.how,
    ...{ dashboard: null, doctor: null, health: null, alert: null, words: null, allClear: null },
  };
  await fault.plant(stage);
  plantedMs = Date.now();
  await goOn(stage, fault, false, async () => {
    await saying(stage, fault, found);
    return isSaid(fault, found);
  });
  if (!fault.repair || !fault.alert) return found;
  await fault.repair(stage);
  const of = (kind: string) =>
    stage.told.filter(({ type, data }) => type === kind && data.check === fault.alert);
  await goOn(stage, fault, true, async (minutes) => {
    if (of('alert.resolved').length === 0) return false;
    found.allClear = minutes;
    return true;
  });
  expect(of('alert.raised')).toHaveLength(1);
  expect((await stage.ask('/health')).status).toBe(200);
  return found;
}

it.each(Object.entries(FAULTS))('%s', { timeout: 120_000 }, async (name, fault) => {
  const found = await watchFault(fault);
  all[name] = found;
  expect(isSaid(fault, found), JSON.stringify(found)).toBe(true);
  if (fault.repair && fault.alert) expect(found.allClear).not.toBeNull();
  // Where it differs, copy what this file prints into fault-times.json, and run `npm run docs`.
  expect(found).toEqual(Reflect.get(times, name));
});

afterAll(() => {
  const sorted = Object.keys(FAULTS).flatMap((name) => (all[name] ? [[name, all[name]]] : []));
  console.log(`fault-times.json\n${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}`);
});
