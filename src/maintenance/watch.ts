// What cron does about faults: it checks, tells the operator once, and gives the all-clear. It touches no delivery.
import { findDeliveryFaults } from '../health/alerts/find-delivery-faults.ts';
import { findMatchFaults } from '../health/alerts/find-match-faults.ts';
import { findPlatformFaults } from '../health/alerts/find-platform-faults.ts';
import { findQueueFaults } from '../health/alerts/find-queue-faults.ts';
import { findSourceFaults } from '../health/alerts/find-source-faults.ts';
import type { Finding } from '../health/alerts/finding.ts';
import { type KnownFault, nextAlerts } from '../health/alerts/next-alerts.ts';
import { knownFaults } from '../health/alerts/open-alerts.ts';
import { tell } from '../health/alerts/tell.ts';
import type { SourceToCheck } from '../health/check-sources.ts';
import { HEALTH_DAYS } from '../health/source-health.ts';
import { readAlertFacts, readMatches } from '../ledger/alert-facts.ts';
import { readAlerts, writeAlerts } from '../ledger/alerts.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { noteDetail, writeHeartbeat } from '../ledger/heartbeats.ts';
import { readSourceCounts, type SourceCountRow } from '../ledger/source-counts.ts';
import type { Log } from '../log.ts';
import type { Problem } from '../model.ts';
import { isoOf } from '../time.ts';
import { type DigestDependencies, sendDigest } from './send-digest.ts';

export interface WatchDependencies {
  ledger: LedgerDatabase;
  /** Absent: nobody is told, and the dashboard alone shows it. */
  receiver: DigestDependencies['receiver'];
  problems: readonly Problem[];
  webhookSecrets: { has(name: string): boolean };
  sources: readonly SourceToCheck[];
  requestsPerInvocation: number;
  /** How many messages wait on the queue; rejects where the platform does not say. */
  backlog(): Promise<number>;
  fetch: typeof fetch;
  now(): number;
  log: Log;
}

/** Throws when the ledger cannot be read or written. */
export async function watch(dependencies: WatchDependencies): Promise<void> {
  const { ledger, receiver, now, log } = dependencies;
  const nowMs = now();
  // A ledger that can only be read delivers nothing.
  await writeHeartbeat(ledger, 'watch', isoOf(nowMs), '');
  const known = knownFaults(await readAlerts(ledger));
  const { findings, address } = await check(dependencies, known, nowMs);
  const next = nextAlerts(known, findings, nowMs);
  const told = receiver && (await tell(receiver, dependencies, next.tellings, address));
  const over = next.tellings.filter(({ kind }) => kind === 'resolved');
  // Without a receiver nobody has to be told that it is over.
  const ended = told?.ended ?? over.map(({ fault }) => fault.name);
  const changed = told?.changed ?? [];
  const faults = [
    ...next.faults.filter(({ name }) => !changed.some((fault) => fault.name === name)),
    ...changed,
  ];
  await writeAlerts(ledger, faults.filter(isNew(known)), [...next.gone, ...ended]);
  if (told && next.tellings.length > 0) {
    const note = told.failure === undefined ? writeHeartbeat : noteDetail;
    await note(ledger, 'alerts', isoOf(nowMs), told.failure ?? 'sent');
    log(told.failure === undefined ? 'info' : 'error', 'alerts', {
      told: told.kinds.length,
      ...(told.failure !== undefined && { failure: told.failure }),
    });
  }
  await sendDigest(dependencies);
}

async function check(
  dependencies: WatchDependencies,
  known: readonly KnownFault[],
  nowMs: number,
): Promise<{ findings: Finding[]; address: string | undefined }> {
  const { ledger, backlog, problems, webhookSecrets, sources, requestsPerInvocation } =
    dependencies;
  const facts = await readAlertFacts(ledger, nowMs);
  const rows = await readSourceCounts(ledger, HEALTH_DAYS, nowMs);
  const matches = await readMatches(ledger, facts.newestAt, nowMs);
  const names = new Set(known.map(({ name }) => name));
  const findings = [
    ...findDeliveryFaults(facts, nowMs),
    ...findQueueFaults(facts, await backlog().catch(() => undefined), nowMs),
    ...findSourceFaults({ rows, sources, webhookSecrets, known: names }, nowMs),
    ...findMatchFaults({ facts: matches, signupsOf: acceptedIn(rows), known }, nowMs),
    ...findPlatformFaults({ ...facts, rows, problems, requestsPerInvocation }, nowMs),
  ];
  return { findings, address: facts.address };
}

/** Signups of a source in the days of these rows. */
const acceptedIn = (rows: readonly SourceCountRow[]) => (source: string) =>
  rows
    .filter((row) => row.source === source && row.kind === 'accepted')
    .reduce((sum, { count }) => sum + count, 0);

/** What is as it was costs no row. */
const isNew = (known: readonly KnownFault[]) => (fault: KnownFault) => {
  const before = known.find(({ name }) => name === fault.name);
  return JSON.stringify(before) !== JSON.stringify(fault);
};
