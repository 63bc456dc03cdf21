// The providers of `npm run chaos`: they send every event, signed, until it is accepted, and some of them twice.
import * as z from 'zod';
import { samples } from '../../samples/index.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { parseJson } from '../../src/json.ts';
import { createChance } from '../../stand-ins/chance.ts';
import type { Clock } from '../../stand-ins/clock.ts';
import type { DatafastStandIn } from '../../stand-ins/datafast.ts';
import type { Announcement } from './population.ts';

const Accepted = z.object({ status: z.literal('accepted'), id: z.string() });

export interface ProviderWorld {
  url: URL;
  clock: Clock;
  /** By source. */
  secrets: ReadonlyMap<string, string>;
  datafast: Pick<DatafastStandIn, 'visitors'>;
  seed: number;
  /** The time over which the events are spread. */
  durationMs: number;
  /** Ends the sending at once. */
  signal: AbortSignal;
}

export interface Sending {
  /** Every event that was answered 200, by the id in the answer. */
  accepted: Map<string, Announcement>;
  answered200: number;
  /** How often there was a 5xx, or no answer. */
  refused: number;
  /** Answers that no provider may get. Each is a difference. */
  surprises: string[];
  /** Resolves when every event has been accepted as often as it was to be sent. */
  done: Promise<void>;
}

/** Real time. Longer than the Worker may take. */
const TIMEOUT_MS = 10_000;
/** How many requests are open at once: retries must not overload a slow Worker. */
const CONCURRENCY = 24;

export function sendAll(population: readonly Announcement[], world: ProviderWorld): Sending {
  const { clock } = world;
  const sending: Sending = {
    ...{ accepted: new Map(), answered200: 0, refused: 0, surprises: [] },
    done: Promise.resolve(),
  };
  const inTurn = limitConcurrency(CONCURRENCY);

  async function announce(announcement: Announcement, index: number): Promise<void> {
    await clock.sleep((index / population.length) * world.durationMs);
    letVisitorAppear(announcement, world);
    const { repeatedAfterSeconds, ageSeconds, signup } = announcement;
    const occurredAt = new Date(clock.now() - ageSeconds * 1_000);
    const chance = createChance(`provider ${world.seed} ${index}`);
    const post = () => inTurn(() => postEvent(announcement, { ...signup, occurredAt }, world));
    const repeat = async (afterSeconds: number) => {
      await clock.sleep(afterSeconds * 1_000);
      await sendUntilAccepted(announcement, post, chance);
    };
    await Promise.all([
      sendUntilAccepted(announcement, post, chance),
      repeatedAfterSeconds === undefined ? undefined : repeat(repeatedAfterSeconds),
    ]);
  }

  /** A little later each time, always under the same id. */
  async function sendUntilAccepted(
    announcement: Announcement,
    post: () => Promise<Response | undefined>,
    chance: () => number,
  ): Promise<void> {
    for (let attempt = 1; !world.signal.aborted; attempt += 1) {
      if (await isAnswered(announcement, await post(), sending)) return;
      sending.refused += 1;
      await clock.sleep((20 + chance() * 40) * 1_000 * Math.min(attempt, 5));
    }
  }

  sending.done = Promise.all(population.map(announce)).then(() => undefined);
  return sending;
}

function letVisitorAppear(
  { visitor, knownAfterSeconds = 0 }: Announcement,
  world: ProviderWorld,
): void {
  if (!visitor) return;
  const record = 'bot' in visitor ? ('bot' as const) : visitor;
  const appear = () => world.datafast.visitors.set(visitor.visitorId, record);
  if (knownAfterSeconds === 0) appear();
  else void world.clock.sleep(knownAfterSeconds * 1_000).then(appear);
}

async function postEvent(
  { source, payload }: Announcement,
  signup: SampleSignup,
  { url, clock, secrets }: ProviderWorld,
): Promise<Response | undefined> {
  const sample = samples.get(source);
  const secret = secrets.get(source);
  if (!sample || !secret) throw new Error(`There is no sample of ${source}.`);
  const { headers, body } = await sample.sign((payload ?? sample.payload)(signup), {
    secret,
    eventId: signup.eventId,
    at: new Date(clock.now()),
  });
  const target = new URL(`/webhooks/${source}`, url);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(target, { method: 'POST', headers, body, signal }).catch(() => undefined);
}

/** Whether the provider is done with the event. Counts what was answered. */
async function isAnswered(
  announcement: Announcement,
  response: Response | undefined,
  sending: Sending,
): Promise<boolean> {
  if (!response || response.status >= 500) return false;
  const { source, signup } = announcement;
  const text = await response.text().catch(() => '');
  if (!response.ok) {
    // The answer would be the same next time.
    sending.surprises.push(`${source} ${signup.eventId} was answered ${response.status}`);
    return true;
  }
  const { data: answer } = Accepted.safeParse(parseJson(text));
  // A 200 that broke off says nothing.
  if (!answer) return false;
  sending.answered200 += 1;
  const known = sending.accepted.get(answer.id);
  if (known && known !== announcement) {
    sending.surprises.push(`${answer.id} was given to two events`);
  }
  sending.accepted.set(answer.id, announcement);
  return true;
}

/** Lets so much work run at once. The rest waits for its turn. */
function limitConcurrency(most: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async function inTurn(work) {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
