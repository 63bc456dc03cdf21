// Every route there is.
import { HTTPException } from 'hono/http-exception';
import { Hono } from 'hono/tiny';
import { describeError } from '../model.ts';
import { dashboard } from './dashboard/dashboard.ts';
import { doctor } from './doctor.ts';
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

const METHODS = ['GET', 'POST', 'DELETE'];

/** The whole of the web room. The headers are set here: as a middleware they would cost every webhook Hono's slow way. */
export function createApp(): Pick<WebApp, 'fetch'> {
  const app = routes();
  return {
    fetch: async (request, env, context) => {
      const response = await app.fetch(request, env, context);
      for (const [name, value] of SECURITY_HEADERS) response.headers.set(name, value);
      return response;
    },
  };
}

/** Without the headers. */
export function routes(): WebApp {
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
  app.route('/api/stats', stats());

  app.route('/', login());
  app.route('/', dashboard());

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
