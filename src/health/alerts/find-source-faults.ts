// Faults of a source: it is refused, sends events of no use, or has gone silent.
import type { SourceCountRow } from '../../ledger/source-counts.ts';
import { DAY_MS, minuteOf, timeOf } from '../../time.ts';
import { checkSourceHealth, type SourceToCheck } from '../check-sources.ts';
import { namesOn, sourceHealth } from '../source-health.ts';
import type { Finding } from './finding.ts';

export interface SourcesToWatch {
  rows: readonly SourceCountRow[];
  sources: readonly SourceToCheck[];
  webhookSecrets: { has(name: string): boolean };
  /** Names of the faults that are known. */
  known: ReadonlySet<string>;
}

/** The problems that the doctor finds with each source, and its silence. */
export function findSourceFaults(watched: SourcesToWatch, nowMs: number): Finding[] {
  const { rows, sources, webhookSecrets } = watched;
  const on = namesOn(sources, { webhookSecrets });
  const health = sourceHealth(rows, on, nowMs);
  return health.flatMap(({ source, isOn, refusedInARow }) => {
    const one = health.filter((each) => each.source === source);
    const problems = checkSourceHealth(one, rows, sources).filter(
      ({ status }) => status === 'problem',
    );
    const check = refusedInARow > 0 ? ('refused' as const) : ('unusable' as const);
    const told = problems.map(
      ({ what, fix = '' }): Finding => ({ check, about: source, what, fix }),
    );
    return [...told, ...(isOn ? findSilence(source, watched, nowMs) : [])];
  });
}

/** A silence as long as so many of the longest gaps does not happen by chance. */
const GAPS_UNTIL_SILENT = 5;
/** Less history does not show what is usual: a week has a weekend. */
const DAYS_OF_HISTORY = 7;
const SHORTEST_SILENCE_MS = DAY_MS / 4;

/** It is silent for five times its longest gap. It has to send one signup on most days. */
function findSilence(source: string, { rows, known }: SourcesToWatch, nowMs: number): Finding[] {
  const days = rows
    .filter((row) => row.source === source && row.kind === 'accepted')
    .toSorted((a, b) => a.day.localeCompare(b.day));
  const [first, last] = [days[0], days.at(-1)];
  // After a month nothing is known of it any more, and it is still silent.
  const isForgotten = known.has(`silent:${source}`);
  if (!first || !last) return isForgotten ? [silence(source, undefined)] : [];
  const silentMs = nowMs - msOf(last.lastAt);
  const spanDays = Math.round((Date.parse(last.day) - Date.parse(first.day)) / DAY_MS) + 1;
  const isDaily = spanDays >= DAYS_OF_HISTORY && days.length * 2 > spanDays;
  const longest = Math.max(SHORTEST_SILENCE_MS / GAPS_UNTIL_SILENT, ...gapsOf(days));
  return isForgotten || (isDaily && silentMs > GAPS_UNTIL_SILENT * longest)
    ? silentMs > SHORTEST_SILENCE_MS
      ? [silence(source, last.lastAt)]
      : []
    : [];
}

/** Between two days, and within each. */
function gapsOf(days: readonly SourceCountRow[]): number[] {
  const between = days
    .slice(1)
    .map(({ firstAt }, index) => msOf(firstAt) - msOf(days[index]?.lastAt ?? firstAt));
  return [...between, ...days.map(({ gapSeconds }) => gapSeconds * 1000)];
}

const msOf = (iso: string) => timeOf(iso) ?? 0;

const silence = (source: string, lastAt: string | undefined): Finding => ({
  check: 'silent',
  about: source,
  what: lastAt
    ? `${source} has sent no signup since ${minuteOf(lastAt)}, five times as long as ever before.`
    : `${source} has sent no signup for a month.`,
  fix: `See whether the webhook is still on at the provider, and whether people can sign up: docs/sources.md#${source}.`,
});
