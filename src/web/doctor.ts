// Whether all is well with everything the Worker depends on, for the operator.
import { Hono } from 'hono/tiny';
import type { DoctorReport } from '../api/doctor.ts';
import { runDoctor } from '../health/doctor.ts';
import { HEALTH_DAYS } from '../health/source-health.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { probe } from '../ledger/heartbeats.ts';
import { readSamples } from '../ledger/samples.ts';
import { readSourceCounts } from '../ledger/source-counts.ts';
import type { WebApp, WebEnv } from './web.ts';

export function doctor(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { sources, destinations, ledger, now } = c.env;
    const report = await runDoctor({
      ...c.env,
      sources: [...sources.values()],
      openDestinations: destinations,
      readLedger: () => readLedgerHealth(ledger, now()),
      probeLedger: () => probe(ledger, now()),
      readSamples: () => readSamples(ledger),
      readSourceCounts: () => readSourceCounts(ledger, HEALTH_DAYS, now()),
    });
    return c.json(report satisfies DoctorReport);
  });
  return app;
}
