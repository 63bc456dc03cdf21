// How fast a backfill goes, so that live signups do not have to wait behind it.
import { expect, it } from 'vitest';
import { openThrottle, secondsFor } from '../../src/cli/throttle.ts';
import type { WorkerApi } from '../../src/cli/worker-api.ts';

function throttle(backlogs: (number | null)[]) {
  const clock = { seconds: 0 };
  const said: string[] = [];
  const api: WorkerApi = {
    call: async (schema) => ({
      kind: 'ok',
      answer: schema.parse({ backlog: backlogs.length > 0 ? backlogs.shift() : 0 }),
    }),
  };
  const wait = openThrottle({
    api,
    visitorsPerMinute: 50,
    now: () => clock.seconds * 1000,
    sleep: async (seconds) => {
      clock.seconds += seconds;
    },
    isStopped: () => false,
    say: (text) => said.push(text),
  });
  return { clock, said, wait };
}

it('sends at once what is first, and then no more visitors a minute than it may', async () => {
  const { clock, wait } = throttle([]);
  await wait({ visitors: 100, others: 0 });
  expect(clock.seconds).toBe(0);
  await wait({ visitors: 100, others: 0 });
  expect(clock.seconds).toBe(120);
  await wait({ visitors: 0, others: 100 });
  expect(clock.seconds).toBe(240);
  await wait({ visitors: 0, others: 100 });
  expect(clock.seconds).toBe(250);
});

it('sends nothing while many messages wait, and says so', async () => {
  const { clock, said, wait } = throttle([900, 201, 200]);
  await wait({ visitors: 0, others: 1 });
  expect(clock.seconds).toBe(30);
  expect(said).toEqual([expect.stringContaining('900 messages'), expect.stringContaining('201')]);
});

it('goes by the rate alone where the queue does not say', async () => {
  const { clock, wait } = throttle([null]);
  await wait({ visitors: 1, others: 0 });
  expect(clock.seconds).toBe(0);
});

it('knows how long it will take', () => {
  expect(secondsFor({ visitors: 100_000, others: 0 }, 50) / 3600).toBeCloseTo(33.3, 1);
});
