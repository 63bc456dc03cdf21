// The queue's door: messages in, each acknowledged or brought back on its own.
import { describeError, Signup } from '../model.ts';
import { type DeliverDependencies, deliverSignups } from './deliver.ts';
import { type Attempt, type LedgerEntry, recordEntries } from './ledger.ts';

/** A message of a newer version waits for the Worker that can read it. */
const UNREADABLE_RETRY_SECONDS = 10 * 60;
/** The ledger is out of reach: nothing may be acknowledged. */
const LEDGER_RETRY_SECONDS = 30;

type Messages = Pick<MessageBatch, 'messages' | 'retryAll'>;

/** Delivers the signups of a batch. */
export async function consumeSignups(
  dependencies: DeliverDependencies,
  batch: Messages,
): Promise<void> {
  const bySignup = readMessages(batch);
  for (const message of bySignup.unreadable)
    message.retry({ delaySeconds: UNREADABLE_RETRY_SECONDS });
  try {
    const dispositions = await deliverSignups(dependencies, bySignup.signups);
    const counts = { done: 0, again: 0, duplicates: 0, unreadable: bySignup.unreadable.length };
    for (const [id, [message, ...duplicates]] of bySignup.messages) {
      const disposition = dispositions.get(id);
      if (disposition?.kind === 'again') message?.retry({ delaySeconds: disposition.afterSeconds });
      else message?.ack();
      // One message is enough to bring a signup back.
      for (const duplicate of duplicates) duplicate.ack();
      counts[disposition?.kind ?? 'done'] += 1;
      counts.duplicates += duplicates.length;
    }
    dependencies.log('info', 'batch_delivered', counts);
  } catch (error) {
    batch.retryAll({ delaySeconds: LEDGER_RETRY_SECONDS });
    dependencies.log('error', 'batch_failed', describeError(error));
  }
}

/** Writes what the queue has given up on into the ledger, where it can be seen and replayed. */
export async function consumeDeadLetters(
  dependencies: Pick<DeliverDependencies, 'ledger' | 'destinations' | 'now' | 'log'>,
  batch: Messages,
): Promise<void> {
  const { signups, unreadable } = readMessages(batch);
  const given = (reason: string) =>
    dependencies.destinations.map(
      ({ name }): Attempt => ({ destination: name, status: 'failed', reason }),
    );
  const entries: LedgerEntry[] = [
    ...signups.map((signup) => ({ signup, attempts: given('gave_up_after_all_retries') })),
    ...unreadable.map((message) => ({
      signup: placeholder(message),
      unreadable: message.body,
      attempts: given('message_unreadable'),
    })),
  ];
  try {
    await recordEntries(dependencies.ledger, entries, new Date(dependencies.now()).toISOString());
    for (const message of batch.messages) message.ack();
    dependencies.log('error', 'dead_letters_recorded', { signups: entries.length });
  } catch (error) {
    batch.retryAll({ delaySeconds: LEDGER_RETRY_SECONDS });
    dependencies.log('error', 'dead_letters_failed', describeError(error));
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
    const known = bySignup.get(parsed.data.id);
    if (known) known.push(message);
    else {
      bySignup.set(parsed.data.id, [message]);
      signups.push(parsed.data);
    }
  }
  return { messages: bySignup, signups, unreadable };
}
