// The doctor's line about the cache, when a day of the Free plan has more visitors than the cache takes.
import type { SourceCountRow } from '../ledger/source-counts.ts';
import { FREE_REQUESTS_PER_INVOCATION } from '../limits.ts';
import { isoOf } from '../time.ts';
import { type Check, line } from './report.ts';

/** In a day, and each visitor takes one. https://developers.cloudflare.com/kv/platform/limits/ */
const FREE_WRITES = 1_000;

/** `rows`: what each source has sent. Visitors that DataFast does not know are among them, and take no write. */
export function checkCache(
  rows: readonly Pick<SourceCountRow, 'day' | 'kind' | 'withVisitor'>[],
  requestsPerInvocation: number,
  nowMs: number,
): Check[] {
  const today = isoOf(nowMs).slice(0, 10);
  const visitors = rows
    .filter(({ day, kind }) => day === today && kind === 'accepted')
    .reduce((sum, { withVisitor }) => sum + withVisitor, 0);
  if (requestsPerInvocation > FREE_REQUESTS_PER_INVOCATION || visitors <= FREE_WRITES) return [];
  return [
    line(
      'cache',
      `${visitors} signups with a visitor ID came today. On the Free plan, the cache takes ${FREE_WRITES} visitors a day. The others are fetched again when they are needed, and nothing else is lost`,
    ),
  ];
}
