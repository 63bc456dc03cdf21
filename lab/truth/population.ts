// Who signs up in `npm run truth`, all made from one seed: each person with the visits that DataFast saw, the events that
// their provider sends, and the true first touch.
import { samples } from '../../samples/index.ts';
import { customerCreated } from '../../samples/paddle.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { type Draws, openDraws } from '../../stand-ins/draws.ts';
import { KINDS, type Story } from './kinds.ts';
import { DIRECT, type Origin, TAGGED } from './origins.ts';
import type { Arrival, Outage, Sighting } from './play.ts';
import { identityOf, iso, sightingsOf, type Visiting } from './visits.ts';

/** One person with the truth about them. */
export interface Person {
  kind: string;
  email: string;
  visitorId?: string | undefined;
  /** What DataFast's API can tell of the first touch. Absent: nothing can, and the contact must claim nothing. */
  truth?: Pick<Origin, 'channel' | 'source'> | undefined;
  /**
   * Where only a referrer tells it, it is known with the refresh: DataFast was down, or the person is one of a backfill,
   * whose rows leave no request of a batch for the list.
   */
  isLaterKnown: boolean;
}

export interface Population {
  people: Person[];
  sightings: Sighting[];
  arrivals: Arrival[];
  outages: readonly Outage[];
  signedUpMs: number;
  endMs: number;
}

export interface PopulationSettings {
  seed: number;
  people: number;
  startMs: number;
  /** By source. */
  secrets: ReadonlyMap<string, string>;
  operatorHeaders: Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Sources whose events have email and visitor together. */
const SOURCES = ['stripe', 'clerk', 'signup', 'polar'];
/** Signups in a minute. DataFast answers 60 requests in it. */
const PER_MINUTE = 5;
/** In parts of the time in which people sign up: from, to. */
const DOWN: Readonly<Record<NonNullable<Story['down']>, readonly [number, number]>> = {
  map: [0.3, 0.42],
  'map and list': [0.6, 0.68],
};
/** The longest that a story goes on after its signup. */
const STORY_MS = 55 * MINUTE_MS;

interface Making extends PopulationSettings {
  draws: Draws;
  made: Population;
  /** Of the time in which people sign up. */
  durationMs: number;
  backfilled: Record<string, string>[];
}

export async function createPopulation(settings: PopulationSettings): Promise<Population> {
  const { seed, people, startMs } = settings;
  const draws = openDraws(`truth ${seed}`);
  const durationMs = Math.max(30, people / PER_MINUTE) * MINUTE_MS;
  const signedUpMs = startMs + durationMs + STORY_MS;
  const at = (share: number) => startMs + share * durationMs;
  const outage = (path: string, [from, to]: readonly [number, number]): Outage => ({
    ...{ path, fromMs: at(from), untilMs: at(to) },
  });
  const made: Population = {
    ...{ people: [], sightings: [], arrivals: [], signedUpMs, endMs: signedUpMs + 2 * HOUR_MS },
    outages: [
      outage('/realtime/map', DOWN.map),
      outage('/realtime/map', DOWN['map and list']),
      outage('/visitors', DOWN['map and list']),
    ],
  };
  const making: Making = { ...settings, draws, made, durationMs, backfilled: [] };
  for (const [kind, story] of Object.entries(KINDS)) {
    const count = Math.max(1, Math.round(story.share * people));
    for (let index = 0; index < count; index += 1) await addPerson(making, kind, story);
  }
  addBackfill(making);
  addOthers(making);
  return made;
}

/** What is the same for all events and visits of one person. */
interface Cast extends Visiting {
  arrivesMs: number;
}

async function addPerson(making: Making, kind: string, story: Story): Promise<void> {
  const { draws, made } = making;
  const signedUpMs = signupTime(making, story);
  const cast: Cast = {
    ...{ story, signedUpMs, visitorId: draws.uuid() },
    first: draws.one(story.first, DIRECT),
    arrivesMs: signedUpMs + (story.late ? draws.between(story.late) * MINUTE_MS : 2_000),
  };
  // A late webhook arrives within the time of the others.
  if (story.late) cast.signedUpMs -= cast.arrivesMs - signedUpMs;
  if (story.late) cast.arrivesMs = signedUpMs;
  if (story.guessed !== 'own') made.sightings.push(...sightingsOf(draws, cast));
  const isKnown =
    !story.withoutVisitor && story.guessed !== 'own' && cast.first.channel !== 'Unknown';
  const truth = { channel: cast.first.channel, source: cast.first.source };
  const [downFrom, downTo] = DOWN['map and list'];
  const share = (cast.arrivesMs - making.startMs) / making.durationMs;
  const isLater = story.backfilled === true || (share >= downFrom && share <= downTo);
  for (let place = 0; place < (story.people ?? 1); place += 1) {
    // Of a browser that brought two people nobody knows what brought the third.
    const isTheirs = place < 2;
    const person: Person = {
      kind: isTheirs ? kind : `${kind}, third person on`,
      email: `person.${made.people.length}@example.com`,
      visitorId: story.people || story.withoutVisitor ? undefined : cast.visitorId,
      truth: isKnown && isTheirs ? truth : undefined,
      isLaterKnown: isLater,
    };
    made.people.push(person);
    await addEvents(making, { ...cast, arrivesMs: cast.arrivesMs + place * 5 * MINUTE_MS }, person);
  }
}

function signupTime({ draws, startMs, durationMs }: Making, { down, backfilled }: Story): number {
  if (backfilled) return startMs - draws.between([20, 90]) * DAY_MS;
  // Those of an outage sign up well within it. The others may be hit by it as well.
  const [from, to] = down ? DOWN[down] : [0, 1];
  const edge = down ? 0.01 : 0;
  return startMs + draws.between([from + edge, to - edge]) * durationMs;
}

async function addEvents(making: Making, cast: Cast, { email }: Person): Promise<void> {
  const { draws, made } = making;
  const { story, first, visitorId, arrivesMs } = cast;
  const eventId = `evt_${made.people.length}_${draws.upTo(1e9)}`;
  const occurredAt = new Date(cast.signedUpMs);
  if (story.backfilled) {
    making.backfilled.push({
      email,
      signed_up_at: occurredAt.toISOString(),
      visitor_id: visitorId,
    });
    return;
  }
  const signup: SampleSignup = {
    ...{ eventId, email, occurredAt, userId: `user_${made.people.length}` },
    ...(!story.withoutVisitor && !story.guessed && { visitorId }),
    ...(story.sendsReferrer && { referrer: first.referrer ?? '' }),
  };
  if (story.emailAfter) {
    const later = { ...signup, eventId: `${eventId}_customer` };
    const atMs = arrivesMs + draws.between(story.emailAfter) * MINUTE_MS;
    await send(making, 'paddle', signup, arrivesMs);
    return send(making, 'paddle', later, atMs, customerCreated);
  }
  if (story.guessed) return send(making, 'stripe', { ...signup, userId: visitorId }, arrivesMs);
  await send(making, draws.one(SOURCES, 'signup'), signup, arrivesMs);
  if (!story.otherDevice) return;
  const other: Cast = {
    ...{ ...cast, story: { first: TAGGED }, first: draws.one(TAGGED, DIRECT) },
    visitorId: draws.uuid(),
    signedUpMs: cast.signedUpMs + draws.between(story.otherDevice) * MINUTE_MS,
  };
  made.sightings.push(...sightingsOf(draws, other));
  const again = {
    ...{ ...signup, eventId: `${eventId}_again`, visitorId: other.visitorId },
    occurredAt: new Date(other.signedUpMs),
  };
  await send(making, 'signup', again, other.signedUpMs + 2_000);
}

async function send(
  { secrets, made }: Making,
  source: string,
  signup: SampleSignup,
  atMs: number,
  payload?: (signup: SampleSignup) => string,
): Promise<void> {
  const sample = samples.get(source);
  const secret = secrets.get(source);
  if (!sample || secret === undefined) throw new Error(`There is no sample of ${source}.`);
  const { headers, body } = await sample.sign((payload ?? sample.payload)(signup), {
    ...{ secret, eventId: signup.eventId, at: new Date(atMs) },
  });
  made.arrivals.push({
    ...{ atMs, path: `/webhooks/${source}`, headers: Object.fromEntries(headers), body },
  });
}

/** A portion of the backfill, as `npm run backfill` sends it. */
const PORTION = 100;
const PORTION_MS = 2 * MINUTE_MS;

function addBackfill({ backfilled, made, startMs, operatorHeaders: headers }: Making): void {
  for (let start = 0; start < backfilled.length; start += PORTION) {
    const body = JSON.stringify({ signups: backfilled.slice(start, start + PORTION) });
    const atMs = startMs + 5 * MINUTE_MS + (start / PORTION) * PORTION_MS;
    made.arrivals.push({ atMs, path: '/api/signups', headers, body });
  }
}

/** Visitors who never sign up. They fill the map and the pages of the list. */
const OTHERS_PER_PERSON = 2;

function addOthers({ people, draws, made, startMs, durationMs }: Making): void {
  for (let index = 0; index < OTHERS_PER_PERSON * people; index += 1) {
    // Every second one comes in a rush of ten minutes, in which the list has several pages.
    const share = index % 2 === 0 ? draws.chance() : 0.8;
    const atMs = startMs + share * durationMs + draws.chance() * 10 * MINUTE_MS;
    const { params = {}, referrer = null } = draws.one(TAGGED, DIRECT);
    const given = { visitorId: draws.uuid(), params, referrer, firstVisitAt: iso(atMs) };
    made.sightings.push({ fromMs: atMs, visitor: visitor({ ...given, ...identityOf(draws) }) });
  }
}
