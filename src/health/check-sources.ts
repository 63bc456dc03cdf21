// The doctor's lines about what each source sends: nothing, too much that is refused, or events that are of no use.
import type { SourceCountRow } from '../ledger/source-counts.ts';
import { minuteOf } from '../time.ts';
import { type Check, line } from './report.ts';
import {
  byReason,
  findWebhookReason,
  HEALTH_DAYS,
  inARow,
  isSourceReason,
  type SourceHealth,
} from './source-health.ts';

/** Fewer may be a stranger's, or a mistake that somebody has made while setting it up. */
const MANY_REFUSED = 5;
/** One may be a test of the operator's. */
const MANY_UNUSABLE = 3;

export interface SourceToCheck {
  name: string;
  secretName: string;
  secretIsChosen?: boolean | undefined;
}

/** `all`: every source that is on or was heard. */
export function checkSourceHealth(
  all: readonly SourceHealth[],
  rows: readonly SourceCountRow[],
  sources: readonly SourceToCheck[],
): Check[] {
  const isHeard = all.some(({ lastHeardAt }) => lastHeardAt !== null);
  return all.flatMap((health) => {
    const source = sources.find(({ name }) => name === health.source);
    if (!source) return [];
    const own = rows.filter((row) => row.source === health.source);
    const found = [refusedLine(health, own, source), ...unusableLines(health.source, own)];
    const lines = found.filter((check) => check !== undefined);
    return lines.length > 0 || !health.isOn ? lines : [heardLine(health, source, isHeard)];
  });
}

function heardLine(health: SourceHealth, source: SourceToCheck, isHeard: boolean): Check {
  const { lastHeardAt, lastAcceptedAt, last7Days, refusedInARow } = health;
  if (lastHeardAt === null && refusedInARow > 0) {
    const what = `${source.name}: nothing genuine has come yet, and ${refusedInARow} ${refusedInARow === 1 ? 'was' : 'were'} refused`;
    return line(NAME, what, `If they are of the provider, check ${source.secretName}.`, 'warning');
  }
  if (lastHeardAt === null) {
    const fix = `Add its webhook at the provider: docs/sources.md#${source.name}. If you do not use it, remove ${source.secretName}.`;
    // Setup makes up this secret for everybody, so that silence says nothing.
    const isUnused = source.secretIsChosen === true && isHeard;
    return line(
      NAME,
      `${source.name}: nothing has come yet`,
      isUnused ? undefined : fix,
      isUnused ? 'ok' : 'warning',
    );
  }
  const signup =
    lastAcceptedAt === null ? 'no signup yet' : `the last signup at ${minuteOf(lastAcceptedAt)}`;
  return line(
    NAME,
    `${source.name}: last heard at ${minuteOf(lastHeardAt)}, ${signup}; ${last7Days.accepted} in 7 days`,
  );
}

const NAME = 'webhooks';

/** Refused webhooks since the last genuine one. Single ones between genuine ones are a stranger's. */
function refusedLine(
  { source, refusedInARow, lastHeardAt }: SourceHealth,
  rows: readonly SourceCountRow[],
  { secretName }: SourceToCheck,
): Check | undefined {
  if (refusedInARow < MANY_REFUSED) return undefined;
  const since = lastHeardAt ?? '';
  const run = rows.filter(({ kind, lastAt }) => kind === 'refused' && lastAt > since);
  const worst = [...run].sort((a, b) => b.run - a.run)[0];
  const entry = worst && findWebhookReason(worst.reason);
  const heard =
    lastHeardAt === null
      ? 'none was genuine'
      : `the last genuine one came at ${minuteOf(lastHeardAt)}`;
  const isConfiguration = entry?.class === 'configuration';
  return line(
    NAME,
    `${source}: ${refusedInARow} were refused, ${heard}. ${entry?.says ?? worst?.reason ?? ''}`,
    `${entry?.todo ?? ''} The setting is ${secretName}.`.trim(),
    isConfiguration ? 'problem' : 'warning',
  );
}

/** Genuine events that are of no use, since the last signup: what sends them is set up wrongly. */
function unusableLines(source: string, rows: readonly SourceCountRow[]): Check[] {
  const ignored = rows.filter(({ kind, reason }) => kind === 'ignored' || isSourceReason(reason));
  const lines = [...new Set(ignored.map(({ reason }) => reason))].flatMap((code) => {
    const entry = findWebhookReason(code);
    if (entry?.class !== 'configuration') return [];
    const count = inARow(rows, isAccepted, ({ reason }) => reason === code);
    if (count < MANY_UNUSABLE) return [];
    const what = `${source}: ${count} genuine events, none of them a signup. ${entry.says}`;
    return [line(NAME, what, `${entry.todo} See docs/sources.md#${source}.`)];
  });
  return lines.length > 0 || rows.some(isAccepted) ? lines : neverLines(source, ignored);
}

const isAccepted = ({ kind }: SourceCountRow) => kind === 'accepted';

/** Enough events to say that those which mean a signup are not among them. */
const MANY_EVENTS = 10;

function neverLines(source: string, ignored: readonly SourceCountRow[]): Check[] {
  const counts = Object.entries(byReason(ignored)).sort(([, a], [, b]) => b - a);
  const count = counts.reduce((total, [, more]) => total + more, 0);
  const entry = counts[0] && findWebhookReason(counts[0][0]);
  if (count < MANY_EVENTS || !entry) return [];
  const what = `${source}: ${count} genuine events in ${HEALTH_DAYS} days, none of them a signup. ${entry.says}`;
  const fix = `Let the provider send the events that docs/sources.md#${source} names.`;
  return [line(NAME, what, fix, 'warning')];
}
