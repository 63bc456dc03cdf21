// A stand-in for the DataFast API. It answers, refuses and limits as documented, and keeps everything in memory.
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { getVisitorAnswer, realtimeMapAnswer } from './datafast/answers.ts';
import { type ListMeaning, listAnswer } from './datafast/list.ts';
import type { DatafastVisitor } from './datafast/record.ts';
import { bearerToken, createRecorder, type Failure, type RecordedRequest } from './requests.ts';

export interface DatafastOptions {
  /** `df_…` of one website, or `dft_…` of an account. */
  apiKey: string;
  /** The one website that a `dft_…` token may see. Absent: any well-formed id. */
  websiteId?: string;
  requestsPerMinute?: number;
  now?: () => number;
  /** Whether successes have the headers. They are documented, and often missing. A 429 always has them. */
  rateLimitHeaders?: boolean;
  /** The generation of the documentation. A visitor's own comes first. */
  generation?: 'A' | 'B';
  /** How List visitors means what is not documented. It may change while the stand-in runs. */
  list?: Partial<ListMeaning>;
}

export interface DatafastStandIn {
  app: Hono;
  requests: RecordedRequest[];
  /** By visitor ID in lower case. `bot`: DataFast knows it and refuses it. */
  visitors: Map<string, DatafastVisitor | 'bot'>;
  /** How List visitors means what is not documented. */
  list: ListMeaning;
  failWith(next: Failure | undefined): void;
  forgetRequests(): void;
}

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const OBJECT_ID = /^[0-9a-f]{24}$/;
const MINUTE_MS = 60_000;

export function createDatafast(options: DatafastOptions): DatafastStandIn {
  if (!/^dft?_./.test(options.apiKey)) throw new Error('A DataFast key starts with df_ or dft_.');
  const now = options.now ?? Date.now;
  const visitors = new Map<string, DatafastVisitor | 'bot'>();
  const list: ListMeaning = { acquisition: 'first', window: 'first', lagMs: 0, ...options.list };
  const recorder = createRecorder({
    now,
    errorBody: (status) => errorBody(status, 'Something went wrong'),
  });

  const app = new Hono();
  app.use(recorder.record);
  app.use(authenticated(options.apiKey));
  app.use(limited(options, now));
  app.use(websiteAllowed(options));

  app.get('/api/v1/visitors', (c) => {
    const people = [...visitors.values()].filter((visitor) => visitor !== 'bot');
    const answer = listAnswer(people, c.req.query(), list, now());
    if (answer.kind === 'invalid') return refuse(c, 400, answer.message);
    const { data, pagination } = answer;
    return c.json({ status: 'success', data, pagination });
  });

  app.get('/api/v1/visitors/:visitorId', (c) => {
    const visitorId = c.req.param('visitorId');
    // Only the text distinguishes the two kinds of 400, and the texts are not documented.
    if (!UUID_V4.test(visitorId)) return refuse(c, 400, 'Visitor ID must be a valid UUID v4');
    const visitor = visitors.get(visitorId);
    if (visitor === 'bot') return refuse(c, 400, 'This visitor has been flagged as a bot');
    if (!visitor) return refuse(c, 404, 'Visitor data not found for this website');
    const generation = visitor.generation ?? options.generation ?? 'B';
    return c.json({ status: 'success', data: getVisitorAnswer(visitor, generation, now()) });
  });

  app.get('/api/v1/analytics/realtime/map', (c) => {
    const people = [...visitors.values()].filter((visitor) => visitor !== 'bot');
    return c.json({ status: 'success', data: realtimeMapAnswer(people, now()) });
  });

  app.notFound((c) => refuse(c, 404, 'Not found'));
  // A network failure must reach the caller as a rejected promise, not as Hono's 500.
  app.onError((error) => {
    throw error;
  });

  const { requests, failWith, forgetRequests } = recorder;
  return { app, requests, visitors, list, failWith, forgetRequests };
}

function authenticated(apiKey: string): MiddlewareHandler {
  return async function authenticate(c, next) {
    const token = bearerToken(c.req.header('authorization'));
    if (token === undefined) return refuse(c, 401, 'Missing API key');
    if (token !== apiKey) return refuse(c, 401, 'Invalid API key');
    await next();
  };
}

function limited(options: DatafastOptions, now: () => number): MiddlewareHandler {
  const limit = options.requestsPerMinute ?? 60;
  let used = 0;
  let reset = Number.NEGATIVE_INFINITY;

  return async function limitRate(c, next) {
    if (now() >= reset) {
      used = 0;
      reset = now() + MINUTE_MS;
    }
    const refused = used >= limit;
    if (!refused) used += 1;
    const remaining = limit - used;
    if (refused || options.rateLimitHeaders !== false) {
      c.header('X-RateLimit-Limit', String(limit));
      c.header('X-RateLimit-Remaining', String(remaining));
      // Milliseconds, as seen live. The example in the documentation has seconds.
      c.header('X-RateLimit-Reset', String(reset));
    }
    if (!refused) return next();
    return c.json({ ...errorBody(429, 'Rate limit exceeded'), limit, remaining, reset }, 429);
  };
}

function websiteAllowed({ apiKey, websiteId: allowed }: DatafastOptions): MiddlewareHandler {
  return async function allowWebsite(c, next) {
    const websiteId = c.req.query('websiteId');
    if (apiKey.startsWith('df_')) {
      if (websiteId === undefined) return next();
      return refuse(c, 400, 'Omit websiteId with a website API key');
    }
    if (!websiteId) return refuse(c, 400, 'websiteId is required with an account token');
    const isAllowed = allowed === undefined ? OBJECT_ID.test(websiteId) : websiteId === allowed;
    if (!isAllowed) return refuse(c, 403, 'This token has no access to this website');
    await next();
  };
}

function refuse(c: Context, status: 400 | 401 | 403 | 404, message: string): Response {
  return c.json(errorBody(status, message), status);
}

function errorBody(code: number, message: string) {
  return { status: 'error', error: { code, message } };
}
