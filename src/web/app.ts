// Every route of the Worker.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { Hono } from 'hono/tiny';
import type { Health } from '../api/health.ts';
import { LEDGER_FAULTS } from '../ledger/faults.ts';
import { noteFailure } from '../ledger/watch.ts';
import { alerts } from './alerts.ts';
import { coverage } from './coverage.ts';
import { dashboard } from './dashboard/dashboard.ts';
import * as errorPages from './dashboard/error-pages.ts';
import { doctor } from './doctor.ts';
import { logFailure } from './failure.ts';
import { callersOnly, isOperator } from './guard.ts';
import { login } from './login.ts';
import { operations } from './operations.ts';
import { preview } from './preview.ts';
import { problem } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { signups } from './signups.ts';
import { sources } from './sources.ts';
import { stats } from './stats.ts';
import { visitors } from './visitors.ts';
import type { WebApp, WebDependencies, WebEnv } from './web.ts';
import { sourceNameIn } from './webhook-address.ts';
import { receiveWebhook, type WebhookDependencies } from './webhooks.ts';

/** The whole web room. */
export function createApp(): { fetch: ServeRequest } {
  const app = routes();
  return {
    fetch: async (request, env, context) => {
      const sourceName = sourceNameIn(request.url);
      // Most requests are webhooks: they do not try every other route first.
      const response = await (sourceName === undefined
        ? app.fetch(request, env, context)
        : webhook(request, sourceName, env, context));
      // Only somebody who holds the secret gets 200 for a webhook, and that is no browser.
      if (sourceName !== undefined && response.status === 200) return response;
      for (const [name, value] of SECURITY_HEADERS) response.headers.set(name, value);
      return response;
    },
  };
}

/** Hono takes any environment, and each of its routes needs another part of it. */
type ServeRequest = (
  request: Request,
  env: WebhookDependencies & Partial<WebDependencies>,
  context: ExecutionContext,
) => Promise<Response>;

const webhook: typeof receiveWebhook = (request, sourceName, env, context) =>
  receiveWebhook(request, sourceName, env, context).catch((error) => {
    logFailure(env.log, error);
    return problem(500);
  });

/** Every route but that of the webhooks, without the headers. */
export function routes(): WebApp {
  const app = new Hono<WebEnv>();

  const refuseOtherMethods = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => notAllowed(c, methods.toSorted().join(', ')),
  });
  for (const path of [
    '/health',
    '/api/*',
    '/',
    '/login',
    '/logout',
    '/doctor',
    '/doctor/alert',
    '/replay',
    '/signups/*',
  ]) {
    app.use(path, refuseOtherMethods);
  }

  app.get('/health', health);

  app.use('/api/*', callersOnly);
  app.route('/api', operations());
  app.route('/api/signups', signups());
  app.route('/api/visitors', visitors());
  app.route('/api/preview', preview());
  app.route('/api/doctor', doctor());
  app.route('/api/stats', stats());
  app.route('/api/sources', sources());
  app.route('/api/alerts', alerts());
  app.route('/api/coverage', coverage());

  app.route('/', login());
  app.route('/', dashboard());

  app.notFound((c) =>
    isForMachines(c) ? problem(404, 'There is nothing here.') : errorPages.pageNotFound(c),
  );
  app.onError((error, c) => {
    const fault = noteFailure(c.env.ledgerWatch, error, c.env, true);
    logFailure(c.env.log, error);
    if (error instanceof HTTPException) return error.getResponse();
    if (fault) {
      const { says, todo } = LEDGER_FAULTS[fault];
      return isForMachines(c)
        ? problem(503, `${says} ${todo}`, { 'retry-after': '60' })
        : errorPages.ledgerFailing(c, says, todo);
    }
    return isForMachines(c) ? problem(500) : errorPages.internalError(c);
  });
  return app;
}

async function health(c: Context<WebEnv>): Promise<Response> {
  const { version, config, look } = c.env;
  const trouble = await look();
  const isFailing = trouble.length > 0;
  const more = (await isOperator(c))
    ? { problems: config.problems, trouble: trouble.map(({ says }) => says) }
    : {};
  c.header('cache-control', 'no-store');
  const answer = { status: isFailing ? 'failing' : 'ok', version, ...more } satisfies Health;
  return c.json(answer, isFailing ? 503 : 200);
}

/** Everything else is for people, who get a page. */
function isForMachines({ req }: Pick<Context<WebEnv>, 'req'>): boolean {
  return /^\/(webhooks|api|health)(\/|$)/.test(req.path);
}

function notAllowed(c: Context, allow: string): Response | Promise<Response> {
  return isForMachines(c)
    ? problem(405, undefined, { allow })
    : errorPages.methodNotAllowed(c, allow);
}
