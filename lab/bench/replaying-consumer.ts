// A consumer that only makes calls: it records how the real Worker delivers one batch. For every later batch it makes the
// same requests, KV reads and writes and D1 statements with the same bytes, and nothing else. The real Worker's additional
// cost is its own work.
import worker from '../../src/worker.ts';

type Call =
  | { kind: 'fetch'; url: string; method: string; headers: [string, string][]; body?: string }
  | { kind: 'read'; keys: string[] }
  | { kind: 'write'; key: string; value: string }
  | { kind: 'query'; statements: { sql: string; values: unknown[] }[] };

/** As many as the Worker requests from DataFast at once. */
const CONCURRENCY = 6;

/** The calls of one batch as JSON, and the tag of that batch in them. */
let recorded: { tag: string; calls: string[] } | undefined;

export default {
  async queue(batch, env) {
    if (!recorded) {
      const calls = await record(batch, env);
      recorded = { tag: tagOf(batch), calls: calls.map((call) => JSON.stringify(call)) };
      return;
    }
    const { tag, calls } = recorded;
    const own = tagOf(batch);
    const queue = calls.values();
    const lanes = Array.from({ length: CONCURRENCY }, async () => {
      for (const call of queue) await replay(JSON.parse(call.replaceAll(tag, own)), env);
    });
    await Promise.all(lanes);
    batch.ackAll();
  },
} satisfies ExportedHandler<Env>;

/** All ids and addresses of a batch contain its eight digits. */
function tagOf({ messages }: MessageBatch): string {
  return /\d{8}/.exec(JSON.stringify(messages[0]?.body))?.[0] ?? '';
}

async function replay(call: Call, { VISITORS, LEDGER }: Env): Promise<void> {
  switch (call.kind) {
    case 'fetch': {
      const { url, ...init } = call;
      await (await fetch(url, init)).text();
      return;
    }
    case 'read':
      await VISITORS.get(call.keys, 'text');
      return;
    case 'write':
      return VISITORS.put(call.key, call.value, { expirationTtl: 7 * 24 * 60 * 60 });
    case 'query':
      await LEDGER.batch(
        call.statements.map(({ sql, values }) => LEDGER.prepare(sql).bind(...values)),
      );
  }
}

async function record(batch: MessageBatch, env: Env): Promise<Call[]> {
  const calls: Call[] = [];
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = init?.body ? await request.clone().text() : undefined;
    const { url, method } = request;
    calls.push({ kind: 'fetch', url, method, headers: [...request.headers], body });
    return send(request);
  };
  const VISITORS = watched(env.VISITORS, (method, [first, second]) => {
    if (method === 'get') calls.push({ kind: 'read', keys: [first].flat().map(String) });
    if (method === 'put') calls.push({ kind: 'write', key: String(first), value: String(second) });
  });
  const LEDGER = watched(env.LEDGER, (method, [statements]) => {
    if (method !== 'batch' || !Array.isArray(statements)) return;
    const read = statements.map((statement) => ({
      sql: String(statement.statement),
      values: statement.params,
    }));
    calls.push({ kind: 'query', statements: read });
  });
  try {
    await worker.queue(batch, { ...env, VISITORS, LEDGER });
  } finally {
    globalThis.fetch = send;
  }
  return calls;
}

/** Reports every call before it is made. */
function watched<Binding extends object>(
  binding: Binding,
  report: (method: PropertyKey, given: readonly unknown[]) => void,
): Binding {
  return new Proxy(binding, {
    get: (target, method) => {
      const own: unknown = Reflect.get(target, method);
      if (typeof own !== 'function') return own;
      return (...given: readonly unknown[]) => {
        report(method, given);
        return own.apply(target, given);
      };
    },
  });
}
