// Whether all is well with everything the Worker depends on, for the operator.
import { Hono } from 'hono/tiny';
import type { DoctorReport } from '../api/doctor.ts';
import { openDestinations } from '../destinations/index.ts';
import { runDoctor } from '../health/doctor.ts';
import { readLedgerHealth } from '../ledger/health.ts';
import { readSamples } from '../ledger/samples.ts';
import type { WebApp, WebEnv } from './web.ts';

export function doctor(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) => {
    const { config, sources, fieldNames, ledger, now } = c.env;
    const report = await runDoctor({
      ...c.env,
      sources: sources.values(),
      // Not `destinations()`: the doctor watches the dates of the answers they get.
      openDestinations: (io) => openDestinations(config.values, fieldNames, io),
      readLedger: () => readLedgerHealth(ledger, now()),
      readSamples: () => readSamples(ledger),
    });
    return c.json(report satisfies DoctorReport);
  });
  return app;
}
