// Every route there is.
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { describeError } from '../model.ts';
import { doctor } from './doctor.ts';
import { isOperator, operatorsOnly } from './guard.ts';
import { preview } from './preview.ts';
import { problem } from './problem.ts';
import { repair } from './repair.ts';
import { signups } from './signups.ts';
import { visitors } from './visitors.ts';
import type { WebApp, WebEnv } from './web.ts';
import { webhooks } from './webhooks.ts';

const METHODS = ['GET', 'POST', 'DELETE'];

export function createApp(): WebApp {
  const app = new Hono<WebEnv>();

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
  app.route('/api/doctor', doctor());

  app.notFound((c) => {
    // Hono's own middleware for this would be 0.5 KB more of the upload.
    const allowed = METHODS.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
    );
    return allowed.length > 0
      ? problem(405, undefined, { allow: allowed.join(', ') })
      : problem(404, 'There is nothing here.');
  });
  app.onError((error, c) => {
    c.env.log('error', 'request_failed', describeError(error.cause ?? error));
    return error instanceof HTTPException ? error.getResponse() : problem(500);
  });
  return app;
}
