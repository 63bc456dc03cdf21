// The queue's door: messages in, each acknowledged or brought back on its own.

import { type Progress, readStanding } from '../ledger/delivery-state.ts';
import { type Attempt, recordEntries } from '../ledger/record.ts';
import { isErased } from '../ledger/tombstones.ts';
import { describeError, Signup } from '../model.ts';
import { replayablePart } from '../operations/replay.ts';
import { type DeliverDependencies, type Disposition, deliverSignups } from './deliver.ts';
import { REQUESTS_PER_ROUND } from './request-meter.ts';

/** A message of a newer version waits for the Worker that can read it. */
const UNREADABLE_RETRY_SECONDS = 60 * 60;
/** A batch that fails again after this many attempts is taken apart, so that only the message at fault comes back. */
const SUSPICIOUS_ATTEMPTS = 3;
/**
 * Each costs requests and queries of its own, and the Free plan allows an invocation 50 queries; the others come back
 * and have their turn. https://developers.cloudflare.com/d1/platform/limits/
 */
const TAKEN_APART_AT_ONCE = 3;

type Messages = Pick<MessageBatch, 'messages'>;

export interface ConsumeDependencies extends DeliverDependencies {
  /** Puts signups on the queue anew, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
}

export interface Later {
  signup: Signup;
  delaySeconds: number;
}

/** Delivers the signups of a batch; each message is acknowledged or brought back on its own. */
export async function consumeSignups(
  dependencies: ConsumeDependencies,
  batch: Messages,
): Promise<void> {
  const { signups, messages, unreadable } = readMessages(batch);
  for (const message of unreadable) message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  const failed = await deliverPortion(dependencies, signups, messages);
  const isSuspicious = batch.messages.some(({ attempts }) => attempts >= SUSPICIOUS_ATTEMPTS);
  const apart = isSuspicious && signups.length > 1 ? failed.splice(0, TAKEN_APART_AT_ONCE) : [];
  for (const signup of apart) {
    const hasRoom = dependencies.requestsLeft() > REQUESTS_PER_ROUND;
    failed.push(...(hasRoom ? await deliverPortion(dependencies, [signup], messages) : [signup]));
  }
  // Without a ledger row nothing may be acknowledged.
  for (const { id } of failed) bringBack(messages.get(id) ?? []);
}

/** Delivers signups together and settles their messages; returns those that came to nothing. */
async function deliverPortion(
  dependencies: ConsumeDependencies,
  signups: readonly Signup[],
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<Signup[]> {
  try {
    const counts = { done: 0, again: 0 };
    const waiting: Later[] = [];
    for (const [id, disposition] of await deliverSignups(dependencies, signups)) {
      counts[disposition.kind] += 1;
      const signup = signups.find((candidate) => candidate.id === id);
      if (disposition.kind === 'again' && disposition.costsNoTry && signup) {
        waiting.push({ signup, delaySeconds: disposition.afterSeconds });
      } else settle(messages.get(id) ?? [], disposition);
    }
    await sendAnew(dependencies, waiting, messages);
    dependencies.log('info', 'batch_delivered', counts);
    return [];
  } catch (error) {
    dependencies.log('error', 'batch_failed', { signups: signups.length, ...describeError(error) });
    return [...signups];
  }
}

/** A message that only waited counts no try: a new one takes its place, and has the queue's whole patience again. */
async function sendAnew(
  { enqueueLater, log }: ConsumeDependencies,
  waiting: readonly Later[],
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<void> {
  if (waiting.length === 0) return;
  let isSent = true;
  try {
    await enqueueLater(waiting);
  } catch (error) {
    isSent = false;
    log('warn', 'queue_unavailable', describeError(error));
  }
  for (const { signup, delaySeconds } of waiting) {
    const disposition: Disposition = isSent
      ? { kind: 'done' }
      : { kind: 'again', afterSeconds: delaySeconds, costsNoTry: true };
    settle(messages.get(signup.id) ?? [], disposition);
  }
}

/** One message is enough to bring a signup back; its duplicates have done their work. */
function settle([message, ...duplicates]: readonly Message[], disposition: Disposition): void {
  if (disposition.kind === 'again') message?.retry({ delaySeconds: disposition.afterSeconds });
  else message?.ack();
  for (const duplicate of duplicates) duplicate.ack();
}

/** 30 s, 1 min, 2 min … 1 h: a hundred tries outlast the four days a queue keeps a message. */
function bringBack(messages: readonly Message[]): void {
  for (const message of messages) {
    const delaySeconds = Math.min(60 * 60, 30 * 2 ** Math.min(message.attempts - 1, 10));
    message.retry({ delaySeconds });
  }
}

/** Writes what the queue has given up on into the ledger, where it can be seen and replayed. */
export async function consumeDeadLetters(
  dependencies: Pick<DeliverDependencies, 'ledger' | 'destinations' | 'now' | 'log'>,
  batch: Messages,
): Promise<void> {
  const { ledger, destinations, now, log } = dependencies;
  const { signups, unreadable } = readMessages(batch);
  try {
    const { progress, erasures } = await readStanding(ledger, signups);
    const entries = [
      ...signups
        // A refresh is due again by the ledger, which says when.
        .filter((signup) => !isErased(erasures, signup) && !signup.refresh)
        .map((signup) => ({ signup, attempts: givenUp(progress.get(signup.id)) })),
      ...unreadable.map((message) => ({
        signup: placeholder(message),
        unreadable: replayablePart(message.body),
        attempts: failures('message_unreadable'),
      })),
    ];
    await recordEntries(ledger, entries, new Date(now()).toISOString());
    for (const message of batch.messages) message.ack();
    log('error', 'dead_letters_recorded', { signups: entries.length });
  } catch (error) {
    bringBack(batch.messages);
    log('error', 'dead_letters_failed', describeError(error));
  }

  function failures(reason: string): Attempt[] {
    return destinations.map(({ name }) => ({ destination: name, status: 'failed', reason }));
  }

  /** What has arrived or been skipped stays so; what was waited for last is the reason. */
  function givenUp(known: ReadonlyMap<string, Progress> | undefined): Attempt[] {
    return destinations.flatMap(({ name }): Attempt[] => {
      const last = known?.get(name);
      if (last && last.status !== 'waiting') return [];
      const reason = `gave_up: ${last?.reason ?? 'never_tried'}`;
      return [{ destination: name, status: 'failed', reason }];
    });
  }
}

/** A row needs a signup; this one says only that there was a message. */
function placeholder({ id, timestamp }: Message): Signup {
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

function readMessages({ messages }: Messages) {
  const bySignup = new Map<string, Message[]>();
  const signups: Signup[] = [];
  const unreadable: Message[] = [];
  for (const message of messages) {
    const parsed = Signup.safeParse(message.body);
    if (!parsed.success) {
      unreadable.push(message);
      continue;
    }
    const signup = parsed.data;
    const known = bySignup.get(signup.id) ?? [];
    const place = signups.findIndex(({ id }) => id === signup.id);
    if (place < 0) signups.push(signup);
    // The signup itself is more than a refresh of it, and its message, the first, is the one to come back.
    const isMore = !signup.refresh && signups[place]?.refresh !== undefined;
    if (isMore) signups[place] = signup;
    bySignup.set(signup.id, isMore ? [message, ...known] : [...known, message]);
  }
  return { messages: bySignup, signups, unreadable };
}
