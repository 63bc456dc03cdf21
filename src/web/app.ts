// Every route there is.
import { Hono } from 'hono/tiny';
import { describeError } from '../model.ts';
import { dashboard } from './dashboard/dashboard.ts';
import { isOperator, operatorsOnly } from './guard.ts';
import { login } from './login.ts';
import { preview } from './preview.ts';
import { problem } from './problem.ts';
import { repair } from './repair.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { signups } from './signups.ts';
import { stats } from './stats.ts';
import { visitors } from './visitors.ts';
import type { WebApp, WebEnv } from './web.ts';
import { webhooks } from './webhooks.ts';

export function createApp(): WebApp {
  const app = new Hono<WebEnv>();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of SECURITY_HEADERS) c.res.headers.set(name, value);
  });

  app.route('/webhooks', webhooks());

  app.get('/health', async (c) => {
    const { version, config } = c.env;
    const operator = await isOperator(c);
    c.header('cache-control', 'no-store');
    return c.json({ status: 'ok', version, ...(operator ? { problems: config.problems } : {}) });
  });

  app.use('/api/*', operatorsOnly);
  app.route('/api', repair());
  app.route('/api/signups', signups());
  app.route('/api/visitors', visitors());
  app.route('/api/preview', preview());
  app.route('/api/stats', stats());

  app.route('/', login());
  app.route('/', dashboard());

  app.notFound(() => problem(404, 'There is nothing here.'));
  app.onError((error, c) => {
    c.env.log('error', 'request_failed', describeError(error));
    return problem(500);
  });
  return app;
}
