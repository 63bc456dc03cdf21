// Alerts for operators: what is broken now, and a sample to the receiver.
import { Hono } from 'hono/tiny';
import type { Alerts, TestAlert } from '../api/alerts.ts';
import { openAlerts } from '../health/alerts/open-alerts.ts';
import { sendSample } from '../health/alerts/send-sample.ts';
import { readAlerts } from '../ledger/alerts.ts';
import type { WebApp, WebEnv } from './web.ts';

/** The routes of `/api/alerts`. */
export function alerts(): WebApp {
  const app = new Hono<WebEnv>();
  app.get('/', async (c) =>
    c.json({ alerts: openAlerts(await readAlerts(c.env.ledger)) } satisfies Alerts),
  );
  app.post('/test', async (c) => {
    const { origin } = new URL(c.req.url);
    return c.json((await sendSample(c.env, origin)) satisfies TestAlert);
  });
  return app;
}
