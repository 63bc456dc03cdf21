// The providers of `npm run chaos`: send every event, signed, until it is accepted; some of them twice.
import * as z from 'zod';
import { samples } from '../../samples/index.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { createChance } from '../../stand-ins/chance.ts';
import type { Clock } from '../../stand-ins/clock.ts';
import type { DatafastStandIn } from '../../stand-ins/datafast.ts';
import type { Announcement } from './population.ts';

const Answer = z.object({ status: z.literal('accepted'), id: z.string() });

export interface ProviderWorld {
  url: URL;
  clock: Clock;
  /** By source. */
  secrets: ReadonlyMap<string, string>;
  datafast: Pick<DatafastStandIn, 'visitors'>;
  seed: number;
  /** Over how much time the events are spread. */
  durationMs: number;
  /** Ends the sending at once. */
  signal: AbortSignal;
}

export interface Sending {
  /** What was answered 200, by the id in the answer. */
  accepted: Map<string, Announcement>;
  answered200: number;
  /** Answered 5xx, or not at all. */
  refused: number;
  /** Answers that no provider may get: each is a difference. */
  surprises: string[];
  /** Resolves when every event has been accepted as often as it was to be sent. */
  done: Promise<void>;
}

/** Longer than the Worker may take, on the wall. */
const PATIENCE_MS = 10_000;
/** How many requests are under way at once: a Worker that is slow is not buried under events sent again. */
const CONCURRENCY = 24;

export function sendAll(crowd: readonly Announcement[], world: ProviderWorld): Sending {
  const { clock, signal } = world;
  const sending: Sending = {
    ...{ accepted: new Map(), answered200: 0, refused: 0, surprises: [] },
    done: Promise.resolve(),
  };

  async function announce(announcement: Announcement, index: number): Promise<void> {
    await clock.sleep((index / crowd.length) * world.durationMs);
    const { visitor, knownAfterSeconds = 0, repeatedAfterSeconds, ageSeconds } = announcement;
    if (visitor) {
      const record = 'bot' in visitor ? ('bot' as const) : visitor;
      const appear = () => world.datafast.visitors.set(visitor.visitorId, record);
      if (knownAfterSeconds === 0) appear();
      else void clock.sleep(knownAfterSeconds * 1_000).then(appear);
    }
    const occurredAt = new Date(clock.now() - ageSeconds * 1_000);
    const chance = createChance(`provider ${world.seed} ${index}`);
    const repeat = async (afterSeconds: number) => {
      await clock.sleep(afterSeconds * 1_000);
      await send(announcement, occurredAt, chance);
    };
    await Promise.all([
      send(announcement, occurredAt, chance),
      repeatedAfterSeconds === undefined ? undefined : repeat(repeatedAfterSeconds),
    ]);
  }

  /** Until it is accepted, a little later each time, always under the same id. */
  async function send(
    announcement: Announcement,
    occurredAt: Date,
    chance: () => number,
  ): Promise<void> {
    const { source, signup } = announcement;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const response = await takingTurns(() => post(announcement, { ...signup, occurredAt }));
      if (response && response.status < 500) {
        const text = await response.text().catch(() => '');
        const answer = response.ok ? Answer.safeParse(parseJson(text)).data : undefined;
        if (answer) {
          sending.answered200 += 1;
          const known = sending.accepted.get(answer.id);
          if (known && known !== announcement) {
            sending.surprises.push(`${answer.id} was given to two events`);
          }
          sending.accepted.set(answer.id, announcement);
          return;
        }
        // A 200 that broke off says nothing; the rest would be the same next time.
        if (!response.ok) {
          sending.surprises.push(`${source} ${signup.eventId} was answered ${response.status}`);
          return;
        }
      }
      sending.refused += 1;
      await clock.sleep((20 + chance() * 40) * 1_000 * Math.min(attempt, 5));
    }
  }

  let free = CONCURRENCY;
  const waiting: (() => void)[] = [];
  async function takingTurns<Value>(work: () => Promise<Value>): Promise<Value> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  async function post({ source, payload }: Announcement, signup: SampleSignup) {
    const sample = samples.get(source);
    const secret = world.secrets.get(source);
    if (!sample || !secret) throw new Error(`There is no sample of ${source}.`);
    const { headers, body } = await sample.sign((payload ?? sample.payload)(signup), {
      secret,
      eventId: signup.eventId,
      at: new Date(clock.now()),
    });
    const target = new URL(`/webhooks/${source}`, world.url);
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    return fetch(target, { method: 'POST', headers, body, signal: timeout }).catch(() => undefined);
  }

  sending.done = Promise.all(crowd.map(announce)).then(() => undefined);
  return sending;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
