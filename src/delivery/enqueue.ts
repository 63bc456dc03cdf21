// Putting signups onto the queue, in batches that the queue takes.
import { MESSAGES_PER_SEND } from '../limits.ts';
import type { Signup } from '../model.ts';

/** A signup that is to be delivered after a delay. */
export interface Later {
  signup: Signup;
  delaySeconds: number;
}

type SignupQueue = Pick<Queue<Signup>, 'sendBatch'>;

/** Resolves once every signup is safe on the queue. */
export async function enqueueLater(queue: SignupQueue, later: readonly Later[]): Promise<void> {
  const messages = later.map(({ signup: body, delaySeconds }) => ({ body, delaySeconds }));
  for (const batch of queueBatches(messages)) await queue.sendBatch(batch);
}

/** Resolves once every signup is safe on the queue, to be delivered at once. */
export function enqueueAll(queue: SignupQueue, signups: readonly Signup[]): Promise<void> {
  return enqueueLater(
    queue,
    signups.map((signup) => ({ signup, delaySeconds: 0 })),
  );
}

/** One call of the queue takes 256 KB. Some room is left for what the queue adds to each message. */
const MAX_BYTES = 200_000;

/** Splits messages so that each part can be sent in one batch. */
export function queueBatches<Message extends { body: unknown }>(
  messages: readonly Message[],
): Message[][] {
  const encoder = new TextEncoder();
  const batches: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = encoder.encode(JSON.stringify(message.body)).length;
    const last = batches.at(-1);
    if (last && last.length < MESSAGES_PER_SEND && bytes + size <= MAX_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      batches.push([message]);
      bytes = size;
    }
  }
  return batches;
}
