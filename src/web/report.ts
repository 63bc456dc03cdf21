// The doctor's report of this Worker, for its route and its page.
import * as z from 'zod/mini';
import { openAlerts } from '../health/alerts/open-alerts.ts';
import { runDoctor } from '../health/doctor.ts';
import { COVERAGE_DAYS, coverageOfDays } from '../health/read-coverage.ts';
import type { Report } from '../health/report.ts';
import { HEALTH_DAYS } from '../health/source-health.ts';
import { parseJson } from '../json.ts';
import { readAlerts } from '../ledger/alerts.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { noteDetail, readHeartbeats, writeHeartbeat } from '../ledger/heartbeats.ts';
import { probe } from '../ledger/pulse.ts';
import { readSamples } from '../ledger/samples.ts';
import { readSourceCounts } from '../ledger/source-counts.ts';
import { readStopped } from '../ledger/stopped.ts';
import { isoOf } from '../time.ts';
import type { WebDependencies } from './web.ts';

/** `url`: of the request. Alerts have a link to this Worker, and only a request knows its address. */
export async function reportOf(dependencies: WebDependencies, url: string): Promise<Report> {
  const { sources, destinations, ledger, now } = dependencies;
  const { origin } = new URL(url);
  await noteDetail(ledger, 'address', isoOf(now()), origin).catch(() => undefined);
  const report = await runDoctor({
    ...dependencies,
    sources: [...sources.values()],
    openDestinations: destinations,
    readLedger: () => readLedgerHealth(ledger, now()),
    readStopped: () => readStopped(ledger),
    probeLedger: () => probe(ledger, now()),
    readSamples: () => readSamples(ledger),
    readCoverage: () => coverageOfDays(ledger, COVERAGE_DAYS, now()),
    readAlertState: async () => ({
      alerts: openAlerts(await readAlerts(ledger)),
      sending: (await readHeartbeats(ledger)).get('alerts'),
    }),
    readSourceCounts: () => readSourceCounts(ledger, HEALTH_DAYS, now()),
  });
  const outcome = JSON.stringify(Object.fromEntries(outcomesOf(report)));
  await writeHeartbeat(ledger, DOCTOR, report.at, outcome).catch(() => undefined);
  return report;
}

const DOCTOR = 'doctor';

/** The first problem of each name, in words; `null` where there is none. */
function outcomesOf({ checks }: Report): Map<string, string | null> {
  const outcomes = new Map<string, string | null>();
  for (const { name, status, what, fix = '' } of checks) {
    const problem = status === 'problem' ? `${what}. ${fix}` : null;
    outcomes.set(name, outcomes.get(name) ?? problem);
  }
  return outcomes;
}

const Outcomes = z.record(z.string(), z.nullable(z.string()));

/** What the last report said of each name; empty before the first one. It asks no service. */
export async function lastOutcomes(
  ledger: LedgerDatabase,
): Promise<Readonly<Record<string, string | null>>> {
  const kept = (await readHeartbeats(ledger)).get(DOCTOR)?.detail ?? '';
  return Outcomes.safeParse(parseJson(kept)).data ?? {};
}
