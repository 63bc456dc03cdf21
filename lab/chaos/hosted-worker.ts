// The Worker as `npm run chaos` runs it: on the clock of the stage, and with the Free plan's limit on requests, which
// workerd does not enforce.
import './worker-clock.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import whence from '../../src/worker.ts';
import { onClock } from './worker-cache.ts';

/** https://developers.cloudflare.com/workers/platform/limits/#subrequests */
const MAX_REQUESTS = 50;

interface Invocation {
  requests: number;
  open: number;
  mostOpen: number;
}

const invocations = new AsyncLocalStorage<Invocation>();
const send = globalThis.fetch.bind(globalThis);
globalThis.fetch = async (...request: Parameters<typeof fetch>) => {
  const invocation = invocations.getStore();
  if (!invocation) return send(...request);
  invocation.requests += 1;
  if (invocation.requests > MAX_REQUESTS) {
    console.error(JSON.stringify({ event: 'too_many_requests' }));
    throw new Error('Too many subrequests.');
  }
  invocation.open += 1;
  invocation.mostOpen = Math.max(invocation.mostOpen, invocation.open);
  try {
    return await send(...request);
  } finally {
    invocation.open -= 1;
  }
};

/** Runs one invocation and logs how many requests it made. */
async function counted(run: () => unknown): Promise<void> {
  const invocation: Invocation = { requests: 0, open: 0, mostOpen: 0 };
  try {
    await invocations.run(invocation, run);
  } finally {
    console.info(JSON.stringify({ event: 'invocation', ...invocation }));
  }
}

const worker: ExportedHandler<Env> = whence;

/** The same object every time, as in an isolate: the Worker reads its settings once for each `env`. */
let hosted: Env | undefined;
const hostedOf = (env: Env) => {
  hosted ??= { ...env, VISITORS: onClock(env.VISITORS, Date.now) };
  return hosted;
};

export default {
  fetch: (request, env, context) => whence.fetch(request, hostedOf(env), context),
  queue: (batch, env, context) => counted(() => worker.queue?.(batch, hostedOf(env), context)),
  scheduled: (event, env, context) =>
    counted(() => worker.scheduled?.(event, hostedOf(env), context)),
} satisfies ExportedHandler<Env>;
