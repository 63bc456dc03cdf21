// The people of `npm start`: each signs up in another way, and each must arrive in the CRM as it says here.
import type { SampleSignup } from '../samples/sample.ts';
import type { DatafastVisitor } from '../stand-ins/datafast/record.ts';
import { type VisitorProperties, visitor } from '../stand-ins/datafast/visitor.ts';

/** What HubSpot must have afterwards. An empty text is a property that is not there. */
export interface Expected {
  match: string;
  channel: string;
  source: string;
  campaign: string;
  clickId: string;
  score: string;
}

export interface Persona {
  /** What the persona shows, in a few words. */
  about: string;
  webhooks: readonly { source: string; signup: SampleSignup }[];
  visitor?: DatafastVisitor | { visitorId: string; bot: true };
  /** Absent: nothing of this person may reach HubSpot. */
  expected?: Expected;
}

/** A persona as data, without times and ids. */
interface Description {
  about: string;
  /** One webhook for each. */
  sources: readonly string[];
  email?: string;
  /** What DataFast knows. Absent: nothing. */
  visitor?: VisitorProperties | 'bot';
  /** What the webhook brings as visitor ID. Absent: the visitor's. */
  sentVisitorId?: 'unknown' | 'tampered';
  signup?: Partial<SampleSignup>;
  /** How long ago the person signed up. */
  minutesAgo?: number;
  expected?: Partial<Expected>;
}

const MATCHED: readonly Description[] = [
  {
    about: 'a Google ad',
    sources: ['stripe'],
    email: 'paid.search@example.com',
    visitor: {
      params: {
        utm_source: 'google',
        utm_medium: 'cpc',
        utm_campaign: 'brand-eu',
        utm_term: 'crm attribution',
      },
      adClickIds: { gclid: 'Cj0KCQiA3sq6BhD2ARIsAJ8MRwU' },
      pages: ['acme.example/?utm_source=google&gclid=Cj0KCQiA3sq6BhD2ARIsAJ8MRwU'],
      prediction: { score: 81 },
    },
    expected: {
      channel: 'Paid Search',
      source: 'Google',
      campaign: 'brand-eu',
      clickId: 'gclid',
      score: '81',
    },
  },
  {
    about: 'a LinkedIn ad',
    sources: ['clerk'],
    email: 'paid.social@example.com',
    visitor: {
      params: { utm_source: 'linkedin', utm_medium: 'paid-social', utm_campaign: 'founders' },
      adClickIds: { li_fat_id: '8f6a1c1e-0f2b-4f2e-9d1e-1f7d1f0a9b11' },
      prediction: { score: 58 },
    },
    expected: {
      channel: 'Paid Social',
      source: 'LinkedIn',
      campaign: 'founders',
      clickId: 'li_fat_id',
      score: '58',
    },
  },
  {
    about: 'an answer of ChatGPT',
    sources: ['signup'],
    email: 'ai.assistant@example.com',
    visitor: { params: { utm_source: 'chatgpt.com' }, prediction: { score: 90 } },
    expected: { channel: 'AI Assistant', source: 'ChatGPT', score: '90' },
  },
  {
    about: 'a partner’s link',
    sources: ['stripe'],
    email: 'affiliate@example.com',
    visitor: { params: { via: 'jane' }, prediction: { score: 67 } },
    expected: { channel: 'Affiliate', score: '67' },
  },
  {
    about: 'the newsletter',
    sources: ['clerk'],
    email: 'email@example.com',
    visitor: {
      params: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'november' },
      prediction: { score: 73 },
    },
    expected: { channel: 'Email', source: 'Newsletter', campaign: 'november', score: '73' },
  },
  {
    about: 'a search, known by its referrer',
    sources: ['signup'],
    email: 'organic.search@example.com',
    visitor: { prediction: { score: 49 } },
    signup: { referrer: 'https://www.google.com/' },
    expected: { channel: 'Organic Search', source: 'Google', score: '49' },
  },
  {
    about: 'typed the address',
    sources: ['signup'],
    email: 'direct@example.com',
    visitor: { prediction: { score: 50 } },
    signup: { referrer: '' },
    expected: { channel: 'Direct', score: '50' },
  },
  {
    about: 'a customer already, so DataFast predicts nothing',
    sources: ['stripe'],
    email: 'customer@example.com',
    visitor: { params: { ref: 'producthunt' }, prediction: null },
    expected: { channel: 'Organic Social', source: 'Product Hunt' },
  },
  {
    about: 'two webhooks of one person',
    sources: ['clerk', 'stripe'],
    email: 'Two.Webhooks@Example.com',
    visitor: {
      params: { utm_source: 'reddit', utm_medium: 'social', utm_campaign: 'launch' },
      prediction: { score: 64 },
    },
    expected: { channel: 'Organic Social', source: 'Reddit', campaign: 'launch', score: '64' },
  },
];

const UNMATCHED: readonly Description[] = [
  {
    about: 'a bot',
    sources: ['clerk'],
    email: 'bot@example.com',
    visitor: 'bot',
    expected: { match: 'bot' },
  },
  {
    // A visitor of a new signup would be looked up again for 12 minutes. This webhook is late.
    about: 'a visitor DataFast does not know, 20 minutes after signing up',
    sources: ['signup'],
    email: 'unknown.visitor@example.com',
    sentVisitorId: 'unknown',
    minutesAgo: 20,
    expected: { match: 'not_found' },
  },
  {
    about: 'no cookie',
    sources: ['stripe'],
    email: 'no.cookie@example.com',
    expected: { match: 'no_visitor_id' },
  },
  {
    about: 'a cookie with a changed value',
    sources: ['signup'],
    email: 'odd.cookie@example.com',
    sentVisitorId: 'tampered',
    expected: { match: 'invalid_visitor_id' },
  },
];

const ABSENT: readonly Description[] = [
  {
    about: 'signed up by phone, so there is no email and no contact',
    sources: ['clerk'],
    signup: { userId: 'user_by_phone' },
  },
  {
    about: 'Stripe’s test mode, acknowledged and ignored',
    sources: ['stripe'],
    email: 'test.mode@example.com',
    signup: { test: true },
  },
];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOTHING = { match: '', channel: '', source: '', campaign: '', clickId: '', score: '' };

/** Everybody. All times are relative to `now`, so that nobody signed up last year. */
export function createPersonas(now: Date): readonly Persona[] {
  return [
    ...MATCHED.map((one) => personaOf(one, { ...NOTHING, match: 'matched' }, now)),
    ...UNMATCHED.map((one) => personaOf(one, NOTHING, now)),
    ...ABSENT.map((one) => personaOf(one, NOTHING, now)),
  ];
}

function personaOf(described: Description, defaults: Expected, now: Date): Persona {
  const { about, sources, email, expected, minutesAgo = 0 } = described;
  const record = recordOf(described, now);
  const visitorId = sentIdOf(described) ?? record?.visitorId;
  const webhooks = sources.map((source, index) => ({
    source,
    signup: {
      eventId: `evt_${crypto.randomUUID().replaceAll('-', '')}`,
      email,
      name: email?.split('@')[0]?.replace('.', ' '),
      visitorId,
      // A second webhook is a little later than the first.
      occurredAt: new Date(now.getTime() - minutesAgo * MINUTE_MS - 5_000 + index * 4_000),
      ...described.signup,
    },
  }));
  return {
    about,
    webhooks,
    ...(record && { visitor: record }),
    ...(expected && { expected: { ...defaults, ...expected } }),
  };
}

function recordOf({ visitor: known }: Description, now: Date): Persona['visitor'] {
  if (known === undefined) return undefined;
  if (known === 'bot') return { visitorId: crypto.randomUUID(), bot: true };
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  // Only a customer has no prediction.
  const payment = { name: 'payment', origin: 'payment_provider', timestamp: ago(0) } as const;
  return visitor({
    firstVisitAt: ago(3 * DAY_MS),
    lastVisitAt: ago(MINUTE_MS),
    visitCount: 3,
    ...(known.prediction === null && { goals: [payment] }),
    ...known,
  });
}

function sentIdOf({ sentVisitorId }: Description): string | undefined {
  if (sentVisitorId === 'unknown') return crypto.randomUUID();
  return sentVisitorId === 'tampered' ? '../../admin' : undefined;
}
