// Every route there is.
import { Hono } from 'hono';
import { isOperator, operatorsOnly } from './guard.ts';
import { problem } from './problem.ts';
import { signups } from './signups.ts';
import { visitors } from './visitors.ts';
import type { WebApp, WebEnv } from './web.ts';
import { webhooks } from './webhooks.ts';

export function createApp(): WebApp {
  const app = new Hono<WebEnv>();

  app.route('/webhooks', webhooks());

  app.get('/health', async (c) => {
    const { version, config } = c.env;
    const operator = await isOperator(c);
    return c.json({ status: 'ok', version, ...(operator ? { problems: config.problems } : {}) });
  });

  app.use('/api/*', operatorsOnly);
  app.route('/api/signups', signups());
  app.route('/api/visitors', visitors());

  app.notFound(() => problem(404, 'There is nothing here.'));
  app.onError((error, c) => {
    // The message may quote data; the kind of error cannot.
    c.env.log('error', 'request_failed', { error: error.name });
    return problem(500);
  });
  return app;
}
