// The queue's messages as signups. A message that this version cannot read is kept apart.
import * as z from 'zod/mini';
import { Signup } from '../model.ts';
import { HOUR_SECONDS } from '../time.ts';
import { Bundle, type BundleMessage } from './bundle.ts';
import { joinHalves } from './complete.ts';

export type Messages = Pick<MessageBatch, 'messages'>;

export interface ReadMessages {
  /** Distinct signups, in order of arrival. */
  signups: Signup[];
  /** By signup ID. The first message is the one that comes back. */
  messages: ReadonlyMap<string, readonly Message[]>;
  bundles: BundleMessage[];
  unreadable: Message[];
}

/** Messages of one signup become one signup. */
export function readMessages({ messages }: Messages): ReadMessages {
  const bySignup = new Map<string, Message[]>();
  const signups: Signup[] = [];
  const bundles: BundleMessage[] = [];
  const unreadable: Message[] = [];
  for (const message of messages) {
    const parsed = Signup.safeParse(message.body);
    if (!parsed.success) {
      const bundle = Bundle.safeParse(message.body).data;
      if (bundle) bundles.push({ message, bundle });
      else unreadable.push(message);
      continue;
    }
    const signup = parsed.data;
    const known = bySignup.get(signup.id) ?? [];
    const place = signups.findIndex(({ id }) => id === signup.id);
    const other = signups[place];
    // The signup itself is more than a refresh of it, and one with an address more than one without. The message of the
    // one that is more is the one that comes back.
    const isMore = other !== undefined && weightOf(signup) > weightOf(other);
    if (other === undefined) signups.push(signup);
    else if (!signup.refresh) signups[place] = other.refresh ? signup : joinHalves(other, signup);
    bySignup.set(signup.id, isMore ? [message, ...known] : [...known, message]);
  }
  return { messages: bySignup, signups, bundles, unreadable };
}

function weightOf({ refresh, email, emailVerified }: Signup): number {
  if (refresh) return 0;
  return email === undefined ? 1 : emailVerified === false ? 2 : 3;
}

/** What every version's message has. */
const Versioned = z.object({ version: z.number() });

/**
 * What to keep of a message that this version cannot read: all of one that a newer version may be able to replay, and
 * nothing of any other.
 */
export function replayablePart(body: unknown): unknown {
  return Versioned.safeParse(body).success ? body : {};
}

/** A ledger row needs a signup. This one says only that there was a message. */
export function placeholderFor({ id, timestamp }: Pick<Message, 'id' | 'timestamp'>): Signup {
  const at = timestamp.toISOString();
  return {
    version: 1,
    id: `unreadable:${id}`,
    source: 'unreadable',
    occurredAt: at,
    receivedAt: at,
    test: false,
  };
}

/** 30 s, 1 min, 2 min … 1 h: a hundred attempts outlast the four days that a queue keeps a message. */
export function retryAll(messages: readonly Message[]): void {
  for (const message of messages) {
    const delaySeconds = Math.min(HOUR_SECONDS, 30 * 2 ** Math.min(message.attempts - 1, 10));
    message.retry({ delaySeconds });
  }
}
