// How the messages of a batch are answered, once the ledger has the rows. A signup that comes back soon does so by a message:
// its own, or one for several. A signup that comes back later waits in the ledger, and cron brings a bundle.
import { describeError, type Log } from '../log.ts';
import { isoOf } from '../time.ts';
import { bundlesOf } from './bundle.ts';
import type { Disposition, WaitKind } from './deliver.ts';
import type { Later } from './enqueue.ts';

/** A bundle is three operations of the queue. A message that comes back is one. */
const ALONE_AT_MOST = 3;
/** Those of a bundle wait for the last of them, but not much longer than each would have to. */
const TOGETHER_SECONDS = 30;
/**
 * A few that wait longer than this wait for cron, which looks at the ledger every five minutes. The looks at an unknown
 * visitor are few, and the person waits for them. A failure is often over in a moment: the first two waits are shorter than
 * this, and a service that fails longer costs the queue nothing more.
 */
const BY_LEDGER_SECONDS: Record<WaitKind, number> = {
  bounded: 15 * 60,
  timed: 120,
  failure: 10,
  outage: 0,
};

/** What a batch had no room for is tried with the next one. */
const LEFT_SECONDS = 30;

/** After the first pauses of an outage many wait for cron as well: it puts all that are due into the same bundles. */
const LONG_OUTAGE_SECONDS = 60;

interface AnswerDependencies {
  /** Puts messages on the queue, each to be delivered after its delay. */
  enqueueLater(later: readonly Later[]): Promise<unknown>;
  now(): number;
  log: Log;
}

/** `messages`: by signup ID, of those that have one of their own. */
export async function answerMessages(
  dependencies: AnswerDependencies,
  dispositions: ReadonlyMap<string, Disposition>,
  messages: ReadonlyMap<string, readonly Message[]>,
): Promise<void> {
  const again: Again[] = [];
  for (const [id, disposition] of dispositions) {
    const own = messages.get(id) ?? [];
    if (disposition.kind === 'again') again.push({ ...disposition, id, own });
    else if (disposition.kind === 'done') acknowledge(own);
    else for (const message of own) message.retry({ delaySeconds: LEFT_SECONDS });
  }
  const groups = Map.groupBy(again, ({ afterSeconds }) =>
    Math.ceil(afterSeconds / TOGETHER_SECONDS),
  );
  for (const group of groups.values()) await answerGroup(dependencies, group);
}

/** They are to come back at about the same time. */
async function answerGroup(
  dependencies: AnswerDependencies,
  group: readonly Again[],
): Promise<void> {
  const byMessage = group.filter(group.length > ALONE_AT_MOST ? isSoonTogether : isSoon);
  for (const one of group) if (!byMessage.includes(one)) acknowledge(one.own);
  const needsBundle = byMessage.some(({ own }) => own.length === 0);
  if (byMessage.length > ALONE_AT_MOST || needsBundle) await sendTogether(dependencies, byMessage);
  else byMessage.forEach(bringBack);
}

const isSoon = ({ afterSeconds, wait }: Again) => afterSeconds <= BY_LEDGER_SECONDS[wait];
const isSoonTogether = ({ afterSeconds, wait }: Again) =>
  wait !== 'outage' || afterSeconds <= LONG_OUTAGE_SECONDS;

/** A signup that comes back. */
interface Again {
  id: string;
  /** Its messages; none when it came in a bundle. */
  own: readonly Message[];
  afterSeconds: number;
  wait: WaitKind;
}

/** When the queue does not take them, their own messages come back, and the ledger brings the others. */
async function sendTogether(
  { enqueueLater, now, log }: AnswerDependencies,
  group: readonly Again[],
): Promise<void> {
  const delaySeconds = Math.max(...group.map(({ afterSeconds }) => afterSeconds));
  const due = group.map(({ id }) => id);
  const bundles = bundlesOf({ due, refresh: [], askedAt: isoOf(now()) });
  try {
    await enqueueLater(bundles.map((message) => ({ message, delaySeconds })));
    for (const { own } of group) acknowledge(own);
  } catch (error) {
    log('warn', 'queue_unavailable', describeError(error));
    group.forEach(bringBack);
  }
}

function acknowledge(messages: readonly Message[]): void {
  for (const message of messages) message.ack();
}

/** One message is enough to bring a signup back. Its duplicates have done their work. */
function bringBack({ own: [message, ...duplicates], afterSeconds }: Again): void {
  message?.retry({ delaySeconds: afterSeconds });
  acknowledge(duplicates);
}
