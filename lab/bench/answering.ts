// Runs lab/bench/answering-worker.ts: the Worker's own work for one invocation, without the services behind its calls.
import type { Job } from './answering-worker.ts';
import { build } from './built-worker.ts';
import { openStandIns, type StandIns } from './stand-ins.ts';
import { settings } from './webhooks.ts';
import { type Running, runWorkers, texts } from './workerd.ts';

const ROUNDS = 12;
const REPETITIONS = 50;

type Work = Omit<Job, 'count'>;

export interface Answering {
  standIns: StandIns;
  worker: Running;
  /** CPU in milliseconds, of each round. `jobOf`: other people in each round, so that all of it is new. */
  ownWork(jobOf: (round: number) => Work | Promise<Work>, rounds?: number): Promise<number[]>;
  /** The headers of somebody who has logged in. */
  logIn(): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

export async function openAnswering(
  options: {
    minify?: boolean;
    withInspector?: boolean;
    more?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answering> {
  const { minify = true, withInspector = false, more = {} } = options;
  const standIns = await openStandIns(settings);
  const { script } = build('lab/bench/answering-worker.ts', { minify });
  const env = {
    ...texts({ ...settings, ...standIns.settings, ...more }),
    VISITORS: { type: 'kv' as const },
    LEDGER: { type: 'd1' as const },
    SIGNUPS: { type: 'queue' as const, name: 'whence-signups' },
  };
  const worker = await runWorkers([{ name: 'answering', script, env }], {
    migrate: 'answering',
    withInspector,
  });
  const take = async (work: Work, count: number) => {
    const before = worker.cpuMs();
    const body = JSON.stringify({ ...work, count } satisfies Job);
    const response = await fetch(new URL('/job', worker.url), { method: 'POST', body });
    const text = await response.text();
    if (response.status >= 400) throw new Error(text);
    return worker.cpuMs() - before;
  };
  return {
    ...{ standIns, worker },
    async ownWork(jobOf, rounds = ROUNDS) {
      await take(await jobOf(0), REPETITIONS);
      const measured: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const recording = await take(await jobOf(2 * round), 0);
        measured.push(
          ((await take(await jobOf(2 * round + 1), REPETITIONS)) - recording) / REPETITIONS,
        );
      }
      return measured;
    },
    async logIn() {
      const response = await fetch(new URL('/login', worker.url), {
        ...{ method: 'POST', redirect: 'manual' },
        headers: { origin: worker.url.origin, 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ token: settings.ADMIN_TOKEN ?? '' }),
      });
      const [cookie = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
      return { accept: 'text/html', cookie };
    },
    async stop() {
      await worker.stop();
      standIns.close();
    },
  };
}
