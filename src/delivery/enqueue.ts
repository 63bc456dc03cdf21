// The queue takes a hundred messages and 256 KB at a time. https://developers.cloudflare.com/queues/platform/limits/

const MAX_MESSAGES = 100;
/** Some room is left for what the queue adds to each message. */
const MAX_BYTES = 200_000;

/** Splits messages so that each portion can be sent in one batch. */
export function queuePortions<Message extends { body: unknown }>(
  messages: readonly Message[],
): Message[][] {
  const encoder = new TextEncoder();
  const portions: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = encoder.encode(JSON.stringify(message.body)).length;
    const last = portions.at(-1);
    if (last && last.length < MAX_MESSAGES && bytes + size <= MAX_BYTES) {
      last.push(message);
      bytes += size;
    } else {
      portions.push([message]);
      bytes = size;
    }
  }
  return portions;
}
