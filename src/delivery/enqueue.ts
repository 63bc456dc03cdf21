// Putting signups onto the queue, in batches that the queue takes.
import { MESSAGES_PER_SEND } from '../limits.ts';
import type { Signup } from '../model.ts';
import { idsIn, type QueueMessage } from './bundle.ts';

/** A message that is to be delivered after a delay. */
export interface Later {
  message: QueueMessage;
  delaySeconds: number;
}

type SignupQueue = Pick<Queue<QueueMessage>, 'sendBatch'>;

/** Resolves once every message is safe on the queue. Throws `NotQueued` when some are not. */
export async function enqueueLater(queue: SignupQueue, later: readonly Later[]): Promise<void> {
  const messages = later.map(({ message: body, delaySeconds }) => ({ body, delaySeconds }));
  const batches = queueBatches(messages);
  for (const [index, batch] of batches.entries()) {
    try {
      await queue.sendBatch(batch);
    } catch (cause) {
      const unsent = batches
        .slice(index)
        .flatMap((part) => part.flatMap(({ body }) => idsIn(body)));
      throw new NotQueued(new Set(unsent), cause);
    }
  }
}

/** The queue did not take these signups. Those before them are safe. */
export class NotQueued extends Error {
  readonly ids: ReadonlySet<string>;

  constructor(ids: ReadonlySet<string>, cause: unknown) {
    super('The queue did not take every message.', { cause });
    this.name = 'NotQueued';
    this.ids = ids;
  }
}

/** Which of the signups the queue did not take. An error of another kind says nothing, so it may be all. */
export const unsentOf = (error: unknown, ids: readonly string[]): readonly string[] =>
  error instanceof NotQueued ? ids.filter((id) => error.ids.has(id)) : ids;

/** Resolves once every signup is safe on the queue, to be delivered at once. */
export function enqueueAll(queue: SignupQueue, signups: readonly Signup[]): Promise<void> {
  return enqueueLater(
    queue,
    signups.map((message) => ({ message, delaySeconds: 0 })),
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
