// The Worker of the tests: the real one, with an empty queue, and new for every test, since a Worker remembers what its
// upstreams said of their limits.
import whence from '../src/worker.ts';
import { messagesOfThisTest, testNumber, track } from './test-border.ts';

/** A Worker keeps its memory by its `env`: another object is another Worker. */
let copies = { test: testNumber(), byEnv: new WeakMap<Env, Env>() };

function envOfThisTest(env: Env): Env {
  if (copies.test !== testNumber()) copies = { test: testNumber(), byEnv: new WeakMap() };
  const copy = copies.byEnv.get(env) ?? { ...env };
  copies.byEnv.set(env, copy);
  return copy;
}

/** The Worker of this test, for direct calls. It gets every message that it is given. */
export const worker = {
  fetch: (request, env, context) => whence.fetch(request, envOfThisTest(env), context),
  queue: (batch, env) => track(whence.queue(batch, envOfThisTest(env))),
  scheduled: (controller, env) => track(whence.scheduled(controller, envOfThisTest(env))),
} satisfies ExportedHandler<Env>;

export { Whence } from '../src/worker.ts';

/** Where workerd calls it: `exports.default` and the queue. */
export default {
  ...worker,

  async queue(batch, env) {
    const messages = messagesOfThisTest(batch.messages);
    if (messages.length === 0) return;
    const { queue, metadata } = batch;
    const ackAll = () => batch.ackAll();
    const retryAll = (options?: QueueRetryOptions) => batch.retryAll(options);
    await worker.queue({ queue, metadata, messages, ackAll, retryAll }, env);
  },
} satisfies ExportedHandler<Env>;
