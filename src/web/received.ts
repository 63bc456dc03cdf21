// A signup at the moment when it arrives.
import type { Signup } from '../model.ts';
import type { AnnouncedSignup } from '../sources/source.ts';
import { isoOf } from '../time.ts';

/** An event from the future would win over every later one, so it happened now at the latest. */
export function received(announced: AnnouncedSignup, receivedMs: number): Signup {
  const receivedAt = isoOf(receivedMs);
  const claimed = announced.occurredAt ?? receivedAt;
  const occurredAt = claimed < receivedAt ? claimed : receivedAt;
  return { version: 1, ...announced, occurredAt, receivedAt };
}
