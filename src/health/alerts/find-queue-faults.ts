// Fault of the queue: webhooks are accepted, and nothing of them reaches the ledger.
import type { AlertFacts } from '../../ledger/alert-facts.ts';
import { MINUTE_MS, timeOf } from '../../time.ts';
import type { Finding } from './finding.ts';

/** Fewer may be signups that come back later. */
const MANY = 20;
const STANDSTILL_MS = 30 * MINUTE_MS;

/** `backlog`: messages on the queue; `undefined` where the platform does not say. */
export function findQueueFaults(
  { newestAt }: Pick<AlertFacts, 'newestAt'>,
  backlog: number | undefined,
  nowMs: number,
): Finding[] {
  const silentMs = nowMs - (timeOf(newestAt) ?? 0);
  if (backlog === undefined || backlog < MANY || silentMs < STANDSTILL_MS) return [];
  return [
    {
      check: 'queue',
      what: `${backlog} messages wait on the queue, and no signup has reached the ledger for 30 minutes.`,
      fix: 'See in the dashboard of Cloudflare, Queues, whether the delivery of the queue is paused. Then deploy again: npx whence-crm setup. The Free plan keeps messages for 24 hours.',
      count: backlog,
    },
  ];
}
