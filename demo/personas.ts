// The people of `npm start`: each signs up in another way, and each must arrive in HubSpot as told here.

import type { SampleSignup } from '../samples/sample.ts';
import type { DatafastVisitor } from '../stand-ins/datafast/record.ts';
import { type VisitorFacts, visitor } from '../stand-ins/datafast/visitor.ts';

/** What HubSpot must hold afterwards; an empty text is a property that is not there. */
export interface Expected {
  match: string;
  channel: string;
  source: string;
  campaign: string;
  clickId: string;
  score: string;
}

export interface Role {
  /** What the role shows, in a few words. */
  about: string;
  webhooks: readonly { source: string; signup: SampleSignup }[];
  visitor?: DatafastVisitor | { visitorId: string; bot: true };
  /** Absent: nothing of this person may reach HubSpot. */
  expected?: Expected;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Everybody, with times relative to `now` so that nobody signed up last year. */
export function createPersonas(now: Date): readonly Role[] {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const signupOf = (email: string | undefined, more: Partial<SampleSignup> = {}): SampleSignup => ({
    eventId: `evt_${crypto.randomUUID().replaceAll('-', '')}`,
    email,
    name: email?.split('@')[0]?.replace('.', ' '),
    occurredAt: ago(5_000),
    ...more,
  });
  const known = (facts: VisitorFacts) =>
    visitor({
      firstVisitAt: ago(3 * DAY_MS).toISOString(),
      lastVisitAt: ago(MINUTE_MS).toISOString(),
      visitCount: 3,
      ...facts,
    });
  const role = (
    about: string,
    source: string,
    email: string,
    facts: VisitorFacts,
    expected: Expected,
    more: Partial<SampleSignup> = {},
  ): Role => {
    const record = known(facts);
    return {
      about,
      visitor: record,
      webhooks: [{ source, signup: signupOf(email, { visitorId: record.visitorId, ...more }) }],
      expected,
    };
  };
  const unmatched = (match: string): Expected => ({
    match,
    channel: '',
    source: '',
    campaign: '',
    clickId: '',
    score: '',
  });

  const stranger = crypto.randomUUID();
  const robot = crypto.randomUUID();
  const twice = known({
    params: { utm_source: 'reddit', utm_medium: 'social', utm_campaign: 'launch' },
    prediction: { score: 64 },
  });

  return [
    role(
      'a Google ad',
      'stripe',
      'paid.search@example.com',
      {
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
      {
        match: 'matched',
        channel: 'Paid Search',
        source: 'Google',
        campaign: 'brand-eu',
        clickId: 'gclid',
        score: '81',
      },
    ),
    role(
      'a LinkedIn ad',
      'clerk',
      'paid.social@example.com',
      {
        params: { utm_source: 'linkedin', utm_medium: 'paid-social', utm_campaign: 'founders' },
        adClickIds: { li_fat_id: '8f6a1c1e-0f2b-4f2e-9d1e-1f7d1f0a9b11' },
        prediction: { score: 58 },
      },
      {
        match: 'matched',
        channel: 'Paid Social',
        source: 'LinkedIn',
        campaign: 'founders',
        clickId: 'li_fat_id',
        score: '58',
      },
    ),
    role(
      'an answer of ChatGPT',
      'signup',
      'ai.assistant@example.com',
      { params: { utm_source: 'chatgpt.com' }, prediction: { score: 90 } },
      {
        match: 'matched',
        channel: 'AI Assistant',
        source: 'ChatGPT',
        campaign: '',
        clickId: '',
        score: '90',
      },
    ),
    role(
      'a partner’s link',
      'stripe',
      'affiliate@example.com',
      { params: { via: 'jane' }, prediction: { score: 67 } },
      {
        match: 'matched',
        channel: 'Affiliate',
        source: '',
        campaign: '',
        clickId: '',
        score: '67',
      },
    ),
    role(
      'the newsletter',
      'clerk',
      'email@example.com',
      {
        params: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'november' },
        prediction: { score: 73 },
      },
      {
        match: 'matched',
        channel: 'Email',
        source: 'Newsletter',
        campaign: 'november',
        clickId: '',
        score: '73',
      },
    ),
    role(
      'a search, known by its referrer',
      'signup',
      'organic.search@example.com',
      { prediction: { score: 49 } },
      {
        match: 'matched',
        channel: 'Organic Search',
        source: 'Google',
        campaign: '',
        clickId: '',
        score: '49',
      },
      { referrer: 'https://www.google.com/' },
    ),
    role(
      'typed the address',
      'signup',
      'direct@example.com',
      { prediction: { score: 50 } },
      { match: 'matched', channel: 'Direct', source: '', campaign: '', clickId: '', score: '50' },
      { referrer: '' },
    ),
    role(
      'a customer already, so DataFast predicts nothing',
      'stripe',
      'customer@example.com',
      {
        params: { ref: 'producthunt' },
        goals: [{ name: 'payment', origin: 'payment_provider', timestamp: ago(0).toISOString() }],
        prediction: null,
      },
      {
        match: 'matched',
        channel: 'Organic Social',
        source: 'Product Hunt',
        campaign: '',
        clickId: '',
        score: '',
      },
    ),
    {
      about: 'two webhooks of one person',
      visitor: twice,
      webhooks: [
        {
          source: 'clerk',
          signup: signupOf('two.webhooks@example.com', { visitorId: twice.visitorId }),
        },
        {
          source: 'stripe',
          signup: signupOf('Two.Webhooks@Example.com', {
            visitorId: twice.visitorId,
            occurredAt: ago(1_000),
          }),
        },
      ],
      expected: {
        match: 'matched',
        channel: 'Organic Social',
        source: 'Reddit',
        campaign: 'launch',
        clickId: '',
        score: '64',
      },
    },
    {
      about: 'a bot',
      visitor: { visitorId: robot, bot: true },
      webhooks: [{ source: 'clerk', signup: signupOf('bot@example.com', { visitorId: robot }) }],
      expected: unmatched('bot'),
    },
    {
      // Somebody who has just signed up would be asked for again for 12 minutes; this webhook is late.
      about: 'a visitor DataFast does not know, 20 minutes after signing up',
      webhooks: [
        {
          source: 'signup',
          signup: signupOf('unknown.visitor@example.com', {
            visitorId: stranger,
            occurredAt: ago(20 * MINUTE_MS),
          }),
        },
      ],
      expected: unmatched('not_found'),
    },
    {
      about: 'no cookie',
      webhooks: [{ source: 'stripe', signup: signupOf('no.cookie@example.com') }],
      expected: unmatched('no_visitor_id'),
    },
    {
      about: 'a cookie somebody has tampered with',
      webhooks: [
        {
          source: 'signup',
          signup: signupOf('odd.cookie@example.com', { visitorId: '../../admin' }),
        },
      ],
      expected: unmatched('invalid_visitor_id'),
    },
    {
      about: 'signed up by phone, so there is no email and no contact',
      webhooks: [{ source: 'clerk', signup: signupOf(undefined, { userId: 'user_by_phone' }) }],
    },
    {
      about: 'Stripe’s test mode, acknowledged and ignored',
      webhooks: [{ source: 'stripe', signup: signupOf('test.mode@example.com', { test: true }) }],
    },
  ];
}
