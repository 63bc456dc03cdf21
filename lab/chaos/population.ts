// Who signs up in `npm run chaos`: people with one signup or several, with visitors of every kind and without, all
// made of one seed; and what has to become of each signup.

import { customerCreated } from '../../samples/paddle.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import type { Match } from '../../src/model.ts';
import { createChance, draw } from '../../stand-ins/chance.ts';
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';

/** One event of a provider: however often it is sent, it is one signup. */
export interface Announcement {
  source: string;
  /** Without the time, which is that of its first sending less `ageSeconds`. */
  signup: Omit<SampleSignup, 'occurredAt'>;
  ageSeconds: number;
  /** Where it is not the source's usual event. */
  payload?(signup: SampleSignup): string;
  visitor?: DatafastVisitor | { visitorId: string; bot: true };
  /** The visitor's page views reach DataFast only so long after the event is sent. */
  knownAfterSeconds?: number;
  /** The provider sends the event twice: at the same moment, or so much later. */
  repeatedAfterSeconds?: number;
  /** Absent: nothing to write, so it is to be skipped. */
  match?: Match;
  skippedFor?: 'no_email' | 'customer_details';
}

export interface CrowdSettings {
  seed: number;
  signups: number;
  /** The share of events that are sent twice. */
  duplicates: number;
  now: number;
}

/** Sources whose events carry email and visitor together. */
const SOURCES = ['stripe', 'clerk', 'signup', 'polar', 'workos', 'lemonsqueezy', 'creem'] as const;

/** How often a signup is of each kind. */
const KINDS = [
  ['known', 0.67],
  ['without_visitor', 0.08],
  ['known_later', 0.05],
  ['unknown', 0.05],
  ['bot', 0.04],
  ['no_uuid', 0.02],
  ['other_uuid', 0.02],
  ['of_somebody_else', 0.02],
  ['without_email', 0.03],
  ['in_two_events', 0.02],
] as const;

const CAMPAIGNS = [
  { utm_source: 'google', utm_medium: 'cpc' },
  { utm_source: 'linkedin', utm_medium: 'paid-social' },
  { utm_source: 'newsletter', utm_medium: 'email' },
  { utm_source: 'chatgpt.com' },
  { ref: 'producthunt' },
  { via: 'jane' },
  {},
];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** After this age nobody is asked for any more; see NOT_FOUND_UNTIL_SECONDS in src/delivery/enrich.ts. */
const LONGEST_UNKNOWN_SECONDS = 600;

export function createPopulation({
  seed,
  signups,
  duplicates,
  now,
}: CrowdSettings): Announcement[] {
  const chance = createChance(`crowd ${seed}`);
  const upTo = (limit: number) => Math.floor(chance() * limit);
  const people = Math.ceil(signups * 0.8);
  const visitors: DatafastVisitor[] = [];

  function uuid(version: 1 | 4): string {
    const hex = Array.from({ length: 32 }, () => upTo(16).toString(16)).join('');
    const variant = '89ab'[upTo(4)];
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `${version}${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-');
  }

  /** No two are alike in campaign, first visit, prediction or last visit: a contact shows whose values it holds. */
  function newVisitor(): DatafastVisitor {
    const number = visitors.length + 1;
    const lastVisitMs = now - upTo(DAY_MS);
    const record = visitor({
      visitorId: uuid(4),
      params: { ...CAMPAIGNS[upTo(CAMPAIGNS.length)], utm_campaign: `campaign-${number}` },
      pages: [`example.com/landing/${number}`, 'example.com/pricing'],
      firstVisitAt: new Date(lastVisitMs - upTo(30) * DAY_MS - 2 * MINUTE_MS).toISOString(),
      lastVisitAt: new Date(lastVisitMs).toISOString(),
      visitCount: 1 + upTo(9),
      prediction: { score: upTo(101), conversionRate: number / 1_000_000 },
      generation: chance() < 0.5 ? 'A' : 'B',
    });
    visitors.push(record);
    return record;
  }

  function announce(index: number): Announcement[] {
    const person = index < people ? index : upTo(people);
    const kind = draw(chance, KINDS) ?? 'known';
    const source = kind === 'without_email' ? 'clerk' : (SOURCES[upTo(SOURCES.length)] ?? 'signup');
    const email = chance() < 0.2 ? `Person.${person}@Example.COM` : `person.${person}@example.com`;
    const signup = {
      eventId: `evt_${seed}_${index}`,
      email,
      name: `Person Number ${person}`,
      userId: `user_${person}`,
    };
    const isRepeated = chance() < duplicates;
    const repeatedAfterSeconds = chance() < 0.5 ? 0 : 10 + upTo(600);
    const common = {
      source,
      signup,
      // Most come at once; some were held up, and come after what happened later.
      ageSeconds: chance() < 0.9 ? upTo(20) : upTo(1_800),
      ...(isRepeated && { repeatedAfterSeconds }),
    };
    const withVisitor = (visitorId: string) => ({ ...common, signup: { ...signup, visitorId } });
    switch (kind) {
      case 'known': {
        const record = newVisitor();
        return [{ ...withVisitor(record.visitorId), visitor: record, match: 'matched' }];
      }
      case 'of_somebody_else': {
        const record = visitors[upTo(visitors.length)] ?? newVisitor();
        return [{ ...withVisitor(record.visitorId), visitor: record, match: 'matched' }];
      }
      case 'known_later': {
        const record = newVisitor();
        const late = { ageSeconds: upTo(20), knownAfterSeconds: 5 + upTo(LONGEST_UNKNOWN_SECONDS) };
        return [{ ...withVisitor(record.visitorId), ...late, visitor: record, match: 'matched' }];
      }
      case 'bot': {
        const bot = { visitorId: uuid(4), bot: true } as const;
        return [{ ...withVisitor(bot.visitorId), visitor: bot, match: 'bot' }];
      }
      case 'unknown':
        return [{ ...withVisitor(uuid(4)), match: 'not_found' }];
      case 'no_uuid':
        return [{ ...withVisitor('../../admin'), match: 'invalid_visitor_id' }];
      case 'other_uuid':
        return [{ ...withVisitor(uuid(1)), match: 'invalid_visitor_id' }];
      case 'without_visitor':
        return [{ ...common, match: 'no_visitor_id' }];
      case 'without_email':
        return [{ ...common, signup: { ...signup, email: undefined }, skippedFor: 'no_email' }];
      case 'in_two_events': {
        const record = newVisitor();
        const paddle = { ...common, source: 'paddle', ageSeconds: upTo(5) };
        const ofVisitor = { ...signup, visitorId: record.visitorId };
        const subscription = {
          ...paddle,
          signup: ofVisitor,
          visitor: record,
          match: 'matched',
        } as const;
        const customer = {
          ...paddle,
          signup: { ...signup, eventId: `${signup.eventId}_customer` },
          payload: customerCreated,
          skippedFor: 'customer_details',
        } as const;
        return chance() < 0.5 ? [subscription, customer] : [customer, subscription];
      }
    }
  }

  const crowd: Announcement[] = [];
  while (crowd.length < signups) crowd.push(...announce(crowd.length));
  return crowd;
}
