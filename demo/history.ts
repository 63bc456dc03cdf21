// The demo's last month: 150 people on the days before today. The same seed and the same day make the same people.
import type { SampleSignup } from '../samples/sample.ts';
import type { CompletedGoal, VisitedPage } from '../stand-ins/datafast/record.ts';
import { visitor } from '../stand-ins/datafast/visitor.ts';
import { type Draws, openDraws } from '../stand-ins/draws.ts';
import { ORIGINS, type Origin } from './origins.ts';
import type { Persona } from './personas.ts';

const PEOPLE = 150;
const DAYS = 29;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SITE = 'acme.example';

const FIRST = 'Ada Ben Chloe David Elena Farid Grace Hugo Ines Jonas Kira Liam Mia Noah Olga'.split(
  ' ',
);
const LAST = 'Adler Bauer Costa Dubois Evans Fischer Garcia Haas Ito Jansen'.split(' ');
const COUNTRIES = 'US US US DE DE GB GB FR NL ES IN BR CA'.split(' ');
const DEVICES = ['desktop', 'desktop', 'desktop', 'mobile'];
const PAGES = ['/pricing', '/docs', '/integrations', '/customers', '/blog/first-touch'];
const NOTHING = { match: '', channel: '', source: '', campaign: '', clickId: '', score: '' };

/** What is wrong with one of so many people; most have nothing. */
const MISHAPS = ['no cookie', 'typing error', 'no cookie', 'bot', 'no cookie', 'unknown'] as const;
const MISHAP_EVERY = 9;

interface Person {
  email: string;
  name: string;
  userId: string;
  visitorId: string;
  origin: Origin;
  mishap: (typeof MISHAPS)[number] | undefined;
  signedUpMs: number;
  /** Absent: has not paid. */
  paidMs: number | undefined;
}

export function createHistory(now: Date, seed = 'whence'): readonly Persona[] {
  const todayMs = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const draws = openDraws(seed);
  return Array.from({ length: PEOPLE }, (_, at) => personaOf(personOf(at, todayMs, draws), draws));
}

function personOf(at: number, todayMs: number, draws: Draws): Person {
  const first = FIRST[at % FIRST.length] ?? '';
  const last = LAST[Math.floor(at / FIRST.length) % LAST.length] ?? '';
  const isMishap = at % MISHAP_EVERY === MISHAP_EVERY - 1;
  const mishap = isMishap ? MISHAPS[Math.floor(at / MISHAP_EVERY) % MISHAPS.length] : undefined;
  const origin = originOf(draws);
  const signedUpMs = todayMs - daysAgo(todayMs, draws) * DAY_MS + draws.between([7, 22]) * HOUR_MS;
  const paidMs = signedUpMs + draws.between([0.2, 6]) * DAY_MS;
  const domain = mishap === 'typing error' ? 'example.con' : 'example.com';
  return {
    email: `${first}.${last}@${domain}`.toLowerCase(),
    name: `${first} ${last}`,
    userId: `user_${1001 + at}`,
    visitorId: draws.uuid(),
    origin,
    mishap,
    signedUpMs,
    paidMs: draws.chance() < origin.quality * 0.6 && paidMs < todayMs ? paidMs : undefined,
  };
}

function originOf({ chance }: Draws): Origin {
  let left = chance() * ORIGINS.reduce((sum, { share }) => sum + share, 0);
  const origin = ORIGINS.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return origin ?? ORIGINS[0];
}

/** More people come as time goes on, and few on a weekend. */
function daysAgo(todayMs: number, { chance, upTo }: Draws): number {
  for (;;) {
    const days = 1 + upTo(DAYS);
    const weekday = new Date(todayMs - days * DAY_MS).getUTCDay();
    const isWeekend = weekday === 0 || weekday === 6;
    if (chance() < (1 - days / (2 * DAYS)) * (isWeekend ? 0.4 : 1)) return days;
  }
}

function personaOf(person: Person, draws: Draws): Persona {
  const { origin, mishap, visitorId } = person;
  const seen = visitorOf(person, draws);
  const isKnown = mishap === undefined || mishap === 'typing error';
  const about = mishap ? `${origin.expected.channel}, ${mishap}` : origin.expected.channel;
  const webhooks = webhooksOf(person, draws);
  if (mishap === 'typing error') return { about, webhooks, visitor: seen };
  return {
    about,
    webhooks,
    ...(isKnown && { visitor: seen }),
    ...(mishap === 'bot' && { visitor: { visitorId, bot: true } }),
    expected: {
      ...NOTHING,
      match: mishap === undefined ? 'matched' : MATCHES[mishap],
      ...(isKnown && { ...origin.expected, score: String(seen.prediction?.score ?? '') }),
    },
  };
}

const MATCHES = { 'no cookie': 'no_visitor_id', bot: 'bot', unknown: 'not_found' } as const;

/** Most sign up in the app and pay later. The others begin with the checkout, or come from the app's own backend. */
function webhooksOf(person: Person, { chance, uuid }: Draws): Persona['webhooks'] {
  const { email, name, userId, visitorId, origin, mishap, signedUpMs, paidMs } = person;
  const webhook = (source: string, atMs: number): Persona['webhooks'][number] => {
    const signup: SampleSignup = {
      eventId: `evt_${uuid().replaceAll('-', '')}`,
      email,
      name,
      userId,
      occurredAt: new Date(atMs),
      ...(mishap !== 'no cookie' && { visitorId, referrer: origin.referrer }),
    };
    return { source, signup };
  };
  if (chance() < 0.2) return [webhook('stripe', signedUpMs)];
  const first = webhook(chance() < 0.75 ? 'clerk' : 'signup', signedUpMs);
  return paidMs === undefined ? [first] : [first, webhook('stripe', paidMs)];
}

/** What DataFast has seen: a first visit, perhaps more, and the one of the signup. */
function visitorOf({ origin, visitorId, signedUpMs, paidMs }: Person, draws: Draws) {
  const { chance, one, between, upTo } = draws;
  const visitCount = 1 + upTo(5);
  const daysBefore = visitCount === 1 ? 0 : between([0.3, 12]);
  const lastVisitMs = signedUpMs - between([3, 25]) * MINUTE_MS;
  const firstVisitMs = lastVisitMs - daysBefore * DAY_MS;
  const page = (path: string, ms: number): VisitedPage => ({
    url: `${SITE}${path}`,
    timestamp: new Date(ms).toISOString(),
  });
  const landing = one(origin.landings, '/');
  const later = Array.from({ length: 1 + upTo(3) }, () => one(PAGES, '/pricing'));
  const goals: CompletedGoal[] = [
    { name: 'signup', origin: 'manual', timestamp: new Date(signedUpMs).toISOString() },
  ];
  if (paidMs !== undefined) {
    const timestamp = new Date(paidMs).toISOString();
    goals.push({ name: 'payment', origin: 'payment_provider', timestamp });
  }
  const score = Math.round(20 + 50 * origin.quality + between([0, 25]));
  return visitor({
    visitorId,
    params: origin.params,
    adClickIds: origin.clickId ? { [origin.clickId]: draws.uuid().replaceAll('-', '') } : {},
    referrer: origin.referrer || null,
    pages: [
      page(`${landing}${queryOf(origin)}`, firstVisitMs),
      ...later.map((path, step) => page(path, lastVisitMs + step * 40_000)),
      page('/signup', signedUpMs - 2 * MINUTE_MS),
    ],
    goals,
    ...(paidMs === undefined && {
      prediction: {
        score,
        conversionRate: round(score ** 2 / 40_000, 4),
        expectedValue: round((score ** 2 / 40_000) * between([60, 260]), 2),
        confidence: round(between([0.6, 0.95]), 2),
      },
    }),
    country: one(COUNTRIES, 'US'),
    region: null,
    city: null,
    browser: chance() < 0.7 ? 'Chrome' : 'Safari',
    device: one(DEVICES, 'desktop'),
    visitCount,
    firstVisitAt: new Date(firstVisitMs).toISOString(),
    lastVisitAt: new Date(lastVisitMs).toISOString(),
  });
}

function queryOf({ params = {} }: Origin): string {
  const query = new URLSearchParams(params).toString();
  return query && `?${query}`;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
