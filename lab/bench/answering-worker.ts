// The Worker's own work for one invocation, when every answer comes at once: it does the work once with the real services,
// keeps their answers, and then does the same as often as it is told to.
import type { Signup } from '../../src/model.ts';
import worker from '../../src/worker.ts';

export interface Job {
  /** `page`: the dashboard's first page. */
  kind: 'batch' | 'cron' | 'page';
  /** Of a batch. */
  signups: readonly Signup[];
  /** Of the dashboard: its session, and the page that it has. */
  headers?: Readonly<Record<string, string>>;
  count: number;
}

type Answer = (key: string, call: () => unknown) => unknown;

const handlers: ExportedHandler<Env> = worker;

export default {
  async fetch(request, env, context) {
    const { pathname, origin } = new URL(request.url);
    if (pathname !== '/job') return worker.fetch(request, env, context);
    const job = await request.json<Job>();
    console.info = () => {};

    const kept = new Map<string, unknown>();
    const last = await work({ ...job, origin }, env, context, async (key, call) => {
      const answer = await call();
      const isResponse = answer instanceof Response;
      kept.set(key, isResponse ? { text: await answer.clone().text(), init: answer } : answer);
      return answer;
    });
    for (let index = 0; index < job.count; index += 1) {
      await work({ ...job, origin }, env, context, async (key) => {
        const answer = kept.get(key);
        return isKeptResponse(answer) ? new Response(answer.text, answer.init) : answer;
      });
    }
    return last ?? new Response();
  },
} satisfies ExportedHandler<Env>;

function isKeptResponse(answer: unknown): answer is { text: string; init: Response } {
  return typeof answer === 'object' && answer !== null && 'init' in answer;
}

function batchOf(signups: readonly Signup[]): MessageBatch {
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } };
  const messages = signups.map((body) => ({
    id: body.id,
    timestamp: new Date(),
    attempts: 1,
    body,
    ack() {},
    retry() {
      throw new Error(`${body.id} has not arrived.`);
    },
  }));
  return { queue: 'whence-signups', messages, metadata, ackAll() {}, retryAll() {} };
}

/** Lets the Worker do it. `answer` stands between it and everything outside. */
async function work(
  { kind, signups, headers = {}, origin }: Job & { origin: string },
  env: Env,
  context: ExecutionContext,
  answer: Answer,
): Promise<Response | undefined> {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await answer(`fetch ${String(input)}`, () => send(input, init));
    if (!(response instanceof Response))
      throw new Error(`There is no answer for ${String(input)}.`);
    return response;
  };
  let queries = 0;
  const intercepting = {
    ...env,
    VISITORS: intercepted(env.VISITORS, (method, call) => answer(`kv ${method}`, call)),
    SIGNUPS: intercepted(env.SIGNUPS, (method, call) => answer(`queue ${method}`, call)),
    LEDGER: answered(env.LEDGER, (method, call) => {
      queries += 1;
      return answer(`d1 ${method} ${queries}`, call);
    }),
  };
  try {
    if (kind === 'batch') await worker.queue(batchOf(signups), intercepting);
    const at = { scheduledTime: Date.now(), cron: '*/5 * * * *', noRetry() {} };
    if (kind === 'cron') await handlers.scheduled?.(at, intercepting, context);
    if (kind !== 'page') return undefined;
    return await worker.fetch(new Request(`${origin}/`, { headers }), intercepting, context);
  } finally {
    globalThis.fetch = send;
  }
}

/** A database whose statements are answered, alone and in batches. */
function answered(database: D1Database, answer: Answer): D1Database {
  const inside = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, key) {
        if (key === 'bind') return (...values: unknown[]) => wrap(target.bind(...values));
        if (key !== 'run' && key !== 'all') throw new Error(`${String(key)} is not answered.`);
        return () => answer(key, () => target[key]());
      },
    });
    inside.set(proxy, statement);
    return proxy;
  };
  return new Proxy(database, {
    get(target, key) {
      if (key === 'prepare') return (statement: string) => wrap(target.prepare(statement));
      if (key !== 'batch') return Reflect.get(target, key);
      return (statements: D1PreparedStatement[]) =>
        answer('batch', () => target.batch(statements.map((one) => inside.get(one) ?? one)));
    },
  });
}

function intercepted<Binding extends object>(binding: Binding, answer: Answer): Binding {
  return new Proxy(binding, {
    get: (target, method) => {
      const own: unknown = Reflect.get(target, method);
      if (typeof own !== 'function') return own;
      return (...given: readonly unknown[]) =>
        answer(String(method), () => own.apply(target, given));
    },
  });
}
