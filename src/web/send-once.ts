// A memory at the door: a webhook that is sent again and again costs one message. Idempotence does not depend on it, since
// every isolate has its own.
import type { Signup } from '../model.ts';
import { HOUR_MS } from '../time.ts';

const MAX_REMEMBERED = 1_000;
/** As long as the longest proof counts: an ID token of Firebase. */
const REMEMBERED_MS = HOUR_MS;
/** A request must not wait for another request's promise, so it looks again and again. */
const LOOK_SECONDS = 0.02;
const MAX_LOOKS = 50;

interface Io {
  now(): number;
  sleep(seconds: number): Promise<unknown>;
}

/** Sends each signup once. What could not be sent is not remembered. */
export function sendOnce(
  send: (signup: Signup) => Promise<unknown>,
  { now, sleep }: Io,
): (signup: Signup) => Promise<unknown> {
  /** The latest ones last. */
  const acceptedMs = new Map<string, number>();
  const sending = new Set<string>();
  const isAccepted = (key: string) => now() - (acceptedMs.get(key) ?? 0) < REMEMBERED_MS;

  return async (signup) => {
    const key = keyOf(signup);
    for (let looks = 0; sending.has(key) && looks < MAX_LOOKS; looks += 1)
      await sleep(LOOK_SECONDS);
    if (isAccepted(key)) return;
    sending.add(key);
    try {
      await send(signup);
    } finally {
      sending.delete(key);
    }
    acceptedMs.delete(key);
    acceptedMs.set(key, now());
    const [oldest] = acceptedMs.keys();
    if (acceptedMs.size > MAX_REMEMBERED && oldest !== undefined) acceptedMs.delete(oldest);
  };
}

/** An event that tells more of the same person is another one. A value that its sender can choose freely does not count. */
function keyOf({ id, email, emailVerified, completing, visitorId }: Signup): string {
  return JSON.stringify([id, email, emailVerified, completing, visitorId !== undefined]);
}
