// What each source has sent: how much of it was accepted, ignored and refused, and since when.
import { BACKFILL } from '../identifiers.ts';
import type { SourceCountRow } from '../ledger/source-counts.ts';
import type { ReasonEntry, ReasonTable } from '../reasons.ts';
import { SOURCE_REASONS } from '../sources/reasons.ts';
import { REFUSAL_REASONS } from '../sources/refusals.ts';
import { DAY_MS, isoOf } from '../time.ts';

/** So many days are shown at most. */
export const HEALTH_DAYS = 30;

/** What a source sent in some days. */
export interface SourcePeriod {
  accepted: number;
  withVisitorId: number;
  /** Of what was accepted, from 0 to 1; `null` while nothing was. */
  visitorIdShare: number | null;
  /** By reason. */
  ignored: Readonly<Record<string, number>>;
  refused: Readonly<Record<string, number>>;
}

export interface SourceHealth {
  source: string;
  /** Whether its secret is set. */
  isOn: boolean;
  /** The last genuine webhook, the last signup and the last refusal, ISO 8601; `null` where there was none in 30 days. */
  lastHeardAt: string | null;
  lastAcceptedAt: string | null;
  lastRefusedAt: string | null;
  /** Refused since the last genuine webhook. */
  refusedInARow: number;
  today: SourcePeriod;
  last7Days: SourcePeriod;
  last30Days: SourcePeriod;
}

const WEBHOOK_REASONS: ReasonTable = { ...REFUSAL_REASONS, ...SOURCE_REASONS };

/** What a code of `ignored` or `refused` means; `undefined` for a code of another version. */
export function findWebhookReason(code: string): ReasonEntry | undefined {
  return Object.hasOwn(WEBHOOK_REASONS, code) ? WEBHOOK_REASONS[code] : undefined;
}

/** The sources whose secret is set, in the order of the registry. */
export const namesOn = (
  sources: readonly { name: string; secretName: string }[],
  { webhookSecrets }: { webhookSecrets: { has(name: string): boolean } },
): string[] =>
  sources.filter(({ secretName }) => webhookSecrets.has(secretName)).map(({ name }) => name);

/** Every source that is on, and every other one that was heard. `on`: names in the order of the registry. */
export function sourceHealth(
  rows: readonly SourceCountRow[],
  on: readonly string[],
  nowMs: number,
): SourceHealth[] {
  const heard = rows.map(({ source }) => source).filter((source) => source !== BACKFILL);
  return [...new Set([...on, ...heard])].map((source) => {
    const own = rows.filter((row) => row.source === source);
    return {
      source,
      isOn: on.includes(source),
      lastHeardAt: latest(own.filter(isGenuine)),
      lastAcceptedAt: latest(own.filter(({ kind }) => kind === 'accepted')),
      lastRefusedAt: latest(own.filter((row) => !isGenuine(row))),
      refusedInARow: inARow(own, isGenuine, (row) => !isGenuine(row)),
      today: periodOf(own, 1, nowMs),
      last7Days: periodOf(own, 7, nowMs),
      last30Days: periodOf(own, HEALTH_DAYS, nowMs),
    };
  });
}

/** Whether its signature was right. An unreadable body was signed as well. */
export const isGenuine = ({ kind, reason }: Pick<SourceCountRow, 'kind' | 'reason'>): boolean =>
  kind !== 'refused' || reason === 'not_queued' || isSourceReason(reason);

/** Whether the code speaks of a genuine event. */
export const isSourceReason = (code: string): boolean => Object.hasOwn(SOURCE_REASONS, code);

/** How many of some kind have come since the last better one. */
export function inARow(
  rows: readonly SourceCountRow[],
  isBetter: (row: SourceCountRow) => boolean,
  isCounted: (row: SourceCountRow) => boolean,
): number {
  const since = latest(rows.filter(isBetter)) ?? '';
  const counted = rows.filter((row) => isCounted(row) && row.lastAt > since);
  return counted.reduce((sum, { run }) => sum + run, 0);
}

export function latest(rows: readonly SourceCountRow[]): string | null {
  return rows.reduce<string | null>(
    (last, { lastAt }) => (last === null || lastAt > last ? lastAt : last),
    null,
  );
}

function periodOf(rows: readonly SourceCountRow[], days: number, nowMs: number): SourcePeriod {
  const since = isoOf(nowMs - (days - 1) * DAY_MS).slice(0, 10);
  const recent = rows.filter(({ day }) => day >= since);
  const of = (kind: SourceCountRow['kind']) => recent.filter((row) => row.kind === kind);
  const accepted = sum(of('accepted').map(({ count }) => count));
  const withVisitorId = sum(of('accepted').map(({ withVisitor }) => withVisitor));
  return {
    accepted,
    withVisitorId,
    visitorIdShare: accepted === 0 ? null : Math.round((withVisitorId / accepted) * 1000) / 1000,
    ignored: byReason(of('ignored')),
    refused: byReason(of('refused')),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The counts by reason, whatever the day. */
export function byReason(rows: readonly SourceCountRow[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason, count } of rows) counts[reason] = (counts[reason] ?? 0) + count;
  return counts;
}
