// Who signs up on the day of `npm run bench -- plan`, and what their providers send: the mix is fixed, and everything else
// comes from one seed.
import { samples } from '../../samples/index.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { sources } from '../../src/sources/index.ts';
import { DAY_MS, HOUR_MS, isoOf, MINUTE_MS } from '../../src/time.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';
import { openDraws } from '../../stand-ins/draws.ts';
import type { Sighting } from '../truth/play.ts';
import type { Arrival, Day } from './play.ts';

/** The share of signups that come without a visitor, and of those that DataFast does not know. The others are known. */
export const MIX = { withoutVisitor: 0.3, notFound: 0.1, tagged: 0.5, paying: 0.1 };
/** So much of the day's signups come in the hours in which the dashboard is open. */
export const IN_OPEN_HOURS = 0.7;
const OPEN = { from: 9, until: 17 };
const OUTAGE = { from: 11, until: 12 };
const PAYS_AFTER_MS = HOUR_MS;
const SOURCES = ['clerk', 'signup', 'stripe'];

const secrets = new Map(SOURCES.map((source) => [source, sampleOf(source).newSecret()]));
export const keys: Day['keys'] = {
  DATAFAST_API_KEY: 'df_day',
  HUBSPOT_TOKEN: 'pat-day',
  ADMIN_TOKEN: 'the-operator-of-bench-plan-with-32-characters',
};
/** What the Worker needs beside its bindings. */
export const settings: Readonly<Record<string, string>> = {
  ...keys,
  ...Object.fromEntries(
    [...secrets].map(([source, secret]) => [sources.get(source)?.secretName ?? source, secret]),
  ),
};

function sampleOf(source: string) {
  const sample = samples.get(source);
  if (!sample) throw new Error(`There is no sample of ${source}.`);
  return sample;
}

/** A day of so many signups. `ledgerRows`: how many the ledger holds before; absent: only those that the day refreshes. */
export async function createDay(signups: number, ledgerRows?: number): Promise<Day> {
  const fromMs = Date.UTC(2026, 10, 3);
  const at = (hour: number) => fromMs + hour * HOUR_MS;
  const draws = openDraws('a day');
  const arrivals: Arrival[] = [];
  const sightings: Sighting[] = [];
  const send = async (source: string, signup: SampleSignup) => {
    const { payload, sign } = sampleOf(source);
    const atMs = signup.occurredAt.getTime() + 2_000;
    const secret = secrets.get(source) ?? '';
    const by = { secret, eventId: signup.eventId, at: new Date(atMs) };
    const { headers, body } = await sign(payload(signup), by);
    arrivals.push({
      ...{ atMs, path: `/webhooks/${source}`, headers: Object.fromEntries(headers), body },
    });
  };
  const signsUpMs = () => {
    if (draws.chance() < IN_OPEN_HOURS) return at(draws.between([OPEN.from, OPEN.until]));
    const hour = draws.upTo(24 - (OPEN.until - OPEN.from));
    return at((hour < OPEN.from ? hour : hour + OPEN.until - OPEN.from) + draws.chance());
  };
  while (arrivals.length < signups) {
    const number = arrivals.length;
    const occurredMs = signsUpMs();
    const kind = draws.chance();
    const visitorId = kind < MIX.withoutVisitor ? undefined : draws.uuid();
    const isKnown = kind >= MIX.withoutVisitor + MIX.notFound;
    const pays = isKnown && draws.chance() < MIX.paying;
    const person: SampleSignup = {
      ...{ eventId: `evt_day_${number}`, email: `person.${number}@day.example.com` },
      ...{ name: 'Ada Lovelace', userId: `user_${number}`, occurredAt: new Date(occurredMs) },
      ...(visitorId !== undefined && { visitorId }),
    };
    if (visitorId !== undefined && isKnown) {
      sightings.push(...sightingsOf(visitorId, occurredMs, draws.chance() < MIX.tagged, pays));
    }
    await send(draws.one(SOURCES, 'signup'), person);
    if (!pays || arrivals.length >= signups) continue;
    const occurredAt = new Date(occurredMs + PAYS_AFTER_MS);
    await send('stripe', { ...person, eventId: `evt_day_${number}_pays`, occurredAt });
  }
  return {
    ...{ keys, arrivals, sightings, ledgerRows, fromMs, untilMs: fromMs + DAY_MS },
    perDay: signups,
    outage: { fromMs: at(OUTAGE.from), untilMs: at(OUTAGE.until) },
    dashboard: { fromMs: at(OPEN.from), untilMs: at(OPEN.until) },
  };
}

/** As DataFast knows them when they sign up, and once they have paid. */
function sightingsOf(
  visitorId: string,
  signedUpMs: number,
  isTagged: boolean,
  pays: boolean,
): Sighting[] {
  const paidMs = signedUpMs + PAYS_AFTER_MS;
  const given = {
    ...{ visitorId, firstVisitAt: isoOf(signedUpMs - 10 * MINUTE_MS) },
    ...(isTagged
      ? { params: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'brand' } }
      : { referrer: 'https://news.ycombinator.com/' }),
  };
  const first = visitor({ ...given, lastVisitAt: isoOf(signedUpMs - 30_000) });
  const payment = {
    name: 'payment',
    origin: 'payment_provider',
    timestamp: isoOf(paidMs),
  } as const;
  const customer = visitor({ ...given, lastVisitAt: isoOf(paidMs), goals: [payment] });
  return [
    { fromMs: signedUpMs, visitor: first },
    ...(pays ? [{ fromMs: paidMs, visitor: customer }] : []),
  ];
}
