// The doctor's report of this Worker, for its route and its page.
import { openAlerts } from '../health/alerts/open-alerts.ts';
import { runDoctor } from '../health/doctor.ts';
import { COVERAGE_DAYS, coverageOfDays } from '../health/read-coverage.ts';
import type { Report } from '../health/report.ts';
import { HEALTH_DAYS } from '../health/source-health.ts';
import { readAlerts } from '../ledger/alerts.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { noteDetail, readHeartbeats } from '../ledger/heartbeats.ts';
import { readSamples } from '../ledger/samples.ts';
import { readSourceCounts } from '../ledger/source-counts.ts';
import { isoOf } from '../time.ts';
import type { WebDependencies } from './web.ts';

/** `url`: of the request. Alerts have a link to this Worker, and only a request knows its address. */
export async function reportOf(dependencies: WebDependencies, url: string): Promise<Report> {
  const { sources, destinations, ledger, now } = dependencies;
  const { origin } = new URL(url);
  await noteDetail(ledger, 'address', isoOf(now()), origin).catch(() => undefined);
  return runDoctor({
    ...dependencies,
    sources: [...sources.values()],
    openDestinations: destinations,
    readLedger: () => readLedgerHealth(ledger, now()),
    readSamples: () => readSamples(ledger),
    readCoverage: () => coverageOfDays(ledger, COVERAGE_DAYS, now()),
    readAlertState: async () => ({
      alerts: openAlerts(await readAlerts(ledger)),
      sending: (await readHeartbeats(ledger)).get('alerts'),
    }),
    readSourceCounts: () => readSourceCounts(ledger, HEALTH_DAYS, now()),
  });
}
