// What a run of cron costs the Worker itself, when every answer comes at once: with nothing to do, with faults to tell, and
// with all the work that one run takes on.
import { createServer } from 'node:http';
import * as z from 'zod';
import { openAnswering } from './answering.ts';
import { busyLedger, UNTOLD } from './busy-ledger.ts';
import { type Figure, type Measured, summarize } from './figures.ts';

const ROUNDS = 8;
const CPU_LIMIT_MS = 10;
const RUN = { kind: 'cron' as const, signups: [] };
/** As if cron had never brought anything back. */
const ALL_AGAIN = "DELETE FROM heartbeats WHERE name IN ('waits', 'refreshes')";
const QUIET = [
  "DELETE FROM signups WHERE id GLOB 'old:*' OR id GLOB 'due:*'",
  "DELETE FROM deliveries WHERE signup_id GLOB 'old:*' OR signup_id GLOB 'due:*'",
  'UPDATE signups SET refresh_from = NULL',
];

export async function measureCron(): Promise<Measured> {
  const receiver = createServer((_, response) => response.writeHead(204).end());
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(receiver.address());
  const answering = await openAnswering({
    more: { ALERT_URL: `http://127.0.0.1:${port}/`, ALERT_SECRET: `whsec_${'A'.repeat(44)}` },
  });
  const { runSql } = answering.worker;
  const measure = async (
    id: string,
    name: string,
    before: () => readonly string[],
  ): Promise<Figure> => {
    const rounds = await answering.ownWork(async () => {
      await runSql(before());
      return RUN;
    }, ROUNDS);
    return { id, name, unit: 'ms', ...summarize(rounds), target: { atMost: CPU_LIMIT_MS } };
  };
  try {
    const empty = await measure('emptyCpuMs', 'CPU, an empty ledger', () => []);
    const full = await measure(
      'fullCpuMs',
      'CPU, all that a run may do at once, and ten alerts',
      () => [
        "DELETE FROM signups WHERE id GLOB '[a-z]*:[0-9]*'",
        'DELETE FROM deliveries',
        'DELETE FROM source_counts',
        ...busyLedger(Date.now()),
        UNTOLD,
        ALL_AGAIN,
      ],
    );
    await runSql(QUIET);
    const alerting = await measure('alertingCpuMs', 'CPU, ten alerts to tell', () => [UNTOLD]);
    const told = await measure('toldCpuMs', 'CPU, faults that were told before', () => []);
    return {
      figures: [empty, told, alerting, full],
      notes: [
        'Every answer comes at once. All that a run may do: 200 waits and 75 refreshes to bring back, five days to count, and 500 rows to prune.',
        'Requests and statements of a run are limited by test/maintenance/cron-cost.test.ts.',
        'Cloudflare bills the Worker’s own work and its side of each call, not the services behind the calls.',
      ],
    };
  } finally {
    await answering.stop();
    receiver.close();
  }
}
