// Where the order is played: a queue that gives up early, its dead letters, cron, and invocations that overlap, fail or are
// ended in the middle. The clock moves only here.
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { QueueMessage } from '../../../src/delivery/bundle.ts';
import { consumeSignups } from '../../../src/delivery/consume.ts';
import { consumeDeadLetters } from '../../../src/delivery/dead-letters.ts';
import type { Later } from '../../../src/delivery/enqueue.ts';
import type { LedgerDatabase } from '../../../src/ledger/database.ts';
import { newLedgerWatch } from '../../../src/ledger/watch.ts';
import { bringBack } from '../../../src/maintenance/bring-back.ts';
import { erasePerson } from '../../../src/operations/erase.ts';
import { replayAll } from '../../../src/operations/replay.ts';
import { forgetVisitor as forget } from '../../../src/visitors/kept-visitor.ts';
import { type Consumer, openConsumer } from '../consumer.ts';
import { openGate, type Trouble } from './gate.ts';

const forgetVisitor = (visitorId: string) => forget(env.VISITORS, visitorId);

const RETRY_DELAY_SECONDS = 30;
/** Of ten minutes. Cron looks at everything once an hour, and twice is enough for what a first look has brought back. */
const CALM_TURNS = 14;

/** One invocation of the Worker. */
export interface Invocation {
  kind: 'consume' | 'dead letters' | 'cron' | 'erase';
  /** Of the messages that are due, for which the queue has no order. */
  atMost: number;
  trouble?: Trouble | undefined;
  /** The queue takes no message from it. */
  isQueueDown?: boolean;
  /** Of the person who is erased. */
  email?: string;
}

interface Held {
  id: string;
  body: unknown;
  /** The next one. */
  attempts: number;
  dueMs: number;
}

export interface Stage {
  consumer: Consumer;
  send(...bodies: readonly QueueMessage[]): void;
  /** They begin at the same time. */
  invoke(...invocations: readonly Invocation[]): Promise<void>;
  /** Everything works, until nothing is left to do but to wait for events. `turns`: of ten minutes. */
  calm(turns?: number): Promise<void>;
  /** Replays all that failed. Returns how many. */
  replayFailed(): Promise<number>;
  pass(ms: number): void;
}

/**
 * `pick`: a number from 0 up to the limit, which is left out. `attempts`: of a message, before it is a dead letter.
 */
export async function openStage(
  startMs: number,
  { pick, attempts }: { pick(limit: number): number; attempts: number },
): Promise<Stage> {
  const consumer = await openConsumer(startMs);
  const queue: Held[] = [];
  const deadLetters: Held[] = [];
  let watch = newLedgerWatch();
  let count = 0;

  const hold = (body: unknown, delaySeconds: number) => {
    count += 1;
    const dueMs = consumer.nowMs + delaySeconds * 1000;
    queue.push({ id: `message_${count}`, body, attempts: 1, dueMs });
  };

  function take(line: Held[], atMost: number): Held[] {
    const taken: Held[] = [];
    while (taken.length < atMost) {
      const due = line.filter(({ dueMs }) => dueMs <= consumer.nowMs);
      const [one] = due.slice(pick(due.length));
      if (!one) break;
      line.splice(line.indexOf(one), 1);
      taken.push(one);
    }
    return taken;
  }

  function comeBack(one: Held, delaySeconds: number, isDeadLetter: boolean): void {
    const dueMs = consumer.nowMs + delaySeconds * 1000;
    const again = { ...one, attempts: one.attempts + 1, dueMs };
    if (isDeadLetter) deadLetters.push(again);
    else if (again.attempts > attempts) deadLetters.push({ ...again, attempts: 1 });
    else queue.push(again);
  }

  const enqueueLater = (isQueueDown: boolean) => async (later: readonly Later[]) => {
    if (isQueueDown) throw new Error('the queue takes nothing');
    for (const { message, delaySeconds } of later) hold(message, delaySeconds);
  };

  type Invoke = (ledger: LedgerDatabase) => Promise<unknown>;
  async function deliver(
    { kind, atMost, isQueueDown = false }: Invocation,
    gateOf: (work: Invoke) => Promise<'done' | 'dead'>,
  ): Promise<void> {
    const isDeadLetter = kind === 'dead letters';
    const taken = take(isDeadLetter ? deadLetters : queue, atMost);
    const batch = createMessageBatch(
      'whence-signups',
      taken.map((one) => ({ ...one, timestamp: new Date(consumer.nowMs) })),
    );
    const delays = new Map<string, number>();
    for (const message of batch.messages) {
      const retry = message.retry.bind(message);
      message.retry = (options) => {
        delays.set(message.id, options?.delaySeconds ?? RETRY_DELAY_SECONDS);
        retry(options);
      };
    }
    const consume = isDeadLetter ? consumeDeadLetters : consumeSignups;
    const end = await gateOf((ledger) =>
      consume(
        {
          ...consumer.dependencies(),
          ledger,
          ledgerWatch: watch,
          enqueueLater: enqueueLater(isQueueDown),
          forgetVisitor,
        },
        batch,
      ),
    );
    if (end === 'dead') watch = newLedgerWatch();
    const result =
      end === 'dead' ? undefined : await getQueueResult(batch, createExecutionContext());
    for (const one of taken) {
      if (!result?.explicitAcks.includes(one.id)) {
        comeBack(one, delays.get(one.id) ?? RETRY_DELAY_SECONDS, isDeadLetter);
      }
    }
  }

  const cron = (ledger: LedgerDatabase, isQueueDown = false) =>
    bringBack({
      ledger,
      destinationNames: ['hubspot'],
      enqueueLater: enqueueLater(isQueueDown),
      now: () => consumer.nowMs,
    }).catch(() => undefined);

  async function invoke(...invocations: readonly Invocation[]): Promise<void> {
    const gate = openGate(env.LEDGER, invocations.length, pick);
    await Promise.all(
      invocations.map(async (one) => {
        if (one.kind === 'erase') {
          const { email = '', trouble } = one;
          await gate.invoke(trouble, (ledger) =>
            erasePerson({ ...consumer.dependencies(), ledger, forgetVisitor }, email),
          );
        } else if (one.kind === 'cron') {
          await gate.invoke(one.trouble, (ledger) => cron(ledger, one.isQueueDown));
        } else await deliver(one, (work) => gate.invoke(one.trouble, work));
      }),
    );
  }

  return {
    consumer,
    invoke,
    send(...bodies) {
      for (const body of bodies) hold(body, 0);
    },
    pass(ms) {
      consumer.nowMs += ms;
    },

    async calm(turns = CALM_TURNS) {
      consumer.world.hubspot.failWith(undefined);
      consumer.world.datafast.failWith(undefined);
      for (let turn = 0; turn < turns; turn += 1) {
        consumer.nowMs += 10 * 60_000;
        await invoke({ kind: 'cron', atMost: 0 });
        while (queue.some(({ dueMs }) => dueMs <= consumer.nowMs)) {
          await invoke({ kind: 'consume', atMost: 40 });
        }
        while (deadLetters.some(({ dueMs }) => dueMs <= consumer.nowMs)) {
          await invoke({ kind: 'dead letters', atMost: 40 });
        }
      }
    },

    async replayFailed() {
      const { replayed } = await replayAll(
        {
          ledger: env.LEDGER,
          enqueueAll: async (signups) => {
            for (const signup of signups) hold(signup, 0);
          },
          now: () => consumer.nowMs,
        },
        { status: 'failed' },
      );
      return replayed.length;
    },
  };
}
