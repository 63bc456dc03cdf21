// The Worker of the tests: the real one, with an empty queue, and new for every test, since a Worker remembers what its
// upstreams said of their limits.
import { createWorker } from '../src/worker.ts';
import { messagesOfThisTest, testNumber, track } from './test-border.ts';

let current = { test: testNumber(), worker: createWorker() };

function workerOfThisTest(): ReturnType<typeof createWorker> {
  if (current.test !== testNumber()) current = { test: testNumber(), worker: createWorker() };
  return current.worker;
}

/** The Worker of this test, for direct calls. It gets every message that it is given. */
export const worker = {
  fetch: (request, env, context) => workerOfThisTest().fetch(request, env, context),
  queue: (batch, env) => track(workerOfThisTest().queue(batch, env)),
  scheduled: (controller, env) => track(workerOfThisTest().scheduled(controller, env)),
} satisfies ExportedHandler<Env>;

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
