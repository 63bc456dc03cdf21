// Whether all is well with everything the Worker depends on, for the operator.
import { Hono } from 'hono/tiny';
import type { DoctorReport } from '../api/doctor.ts';
import { openAlerts } from '../health/alerts/open-alerts.ts';
import { runDoctor } from '../health/doctor.ts';
import { HEALTH_DAYS } from '../health/source-health.ts';
import { readAlerts } from '../ledger/alerts.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { noteDetail, readHeartbeats } from '../ledger/heartbeats.ts';
import { probe } from '../ledger/pulse.ts';
import { readSamples } from '../ledger/samples.ts';
import { readSourceCounts } from '../ledger/source-counts.ts';
import { readStopped } from '../ledger/stopped.ts';
import { isoOf } from '../time.ts';
import type { WebApp, WebEnv } from './web.ts';

export function doctor(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { sources, destinations, ledger, now } = c.env;
    // Alerts have a link to this Worker, and only a request knows its address.
    const { origin } = new URL(c.req.url);
    await noteDetail(ledger, 'address', isoOf(now()), origin).catch(() => undefined);
    const report = await runDoctor({
      ...c.env,
      sources: [...sources.values()],
      openDestinations: destinations,
      readLedger: () => readLedgerHealth(ledger, now()),
      readStopped: () => readStopped(ledger),
      probeLedger: () => probe(ledger, now()),
      readSamples: () => readSamples(ledger),
      readAlertState: async () => ({
        alerts: openAlerts(await readAlerts(ledger)),
        sending: (await readHeartbeats(ledger)).get('alerts'),
      }),
      readSourceCounts: () => readSourceCounts(ledger, HEALTH_DAYS, now()),
    });
    return c.json(report satisfies DoctorReport);
  });
  return app;
}
