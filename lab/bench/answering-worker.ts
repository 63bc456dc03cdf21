// The Worker's own work for a batch, when every answer comes at once: it delivers a batch once to the real services, keeps
// their answers, and then delivers the same batch as often as it is told to.
import type { Signup } from '../../src/model.ts';
import worker from '../../src/worker.ts';

export interface Job {
  signups: readonly Signup[];
  count: number;
}

type Answer = (key: string, call: () => unknown) => unknown;

export default {
  async fetch(request, env) {
    const { signups, count } = await request.json<Job>();
    const batch = batchOf(signups);
    console.info = () => {};

    const kept = new Map<string, unknown>();
    await deliver(batch, env, async (key, call) => {
      const answer = await call();
      const isResponse = answer instanceof Response;
      kept.set(key, isResponse ? { text: await answer.clone().text(), init: answer } : answer);
      return answer;
    });
    for (let index = 0; index < count; index += 1) {
      await deliver(batch, env, async (key) => {
        const answer = kept.get(key);
        return isKeptResponse(answer) ? new Response(answer.text, answer.init) : answer;
      });
    }
    return new Response();
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

/** Lets the Worker deliver the batch. `answer` stands between it and everything outside. */
async function deliver(batch: MessageBatch, env: Env, answer: Answer): Promise<void> {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await answer(`fetch ${String(input)}`, () => send(input, init));
    if (!(response instanceof Response))
      throw new Error(`There is no answer for ${String(input)}.`);
    return response;
  };
  let queries = 0;
  try {
    await worker.queue(batch, {
      ...env,
      VISITORS: intercepted(env.VISITORS, (method, call) => answer(`kv ${method}`, call)),
      LEDGER: intercepted(env.LEDGER, (method, call) => {
        if (method === 'prepare') return call();
        queries += 1;
        return answer(`d1 ${method} ${queries}`, call);
      }),
    });
  } finally {
    globalThis.fetch = send;
  }
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
