// Who signs up in `npm run chaos`: people with one signup or several, with visitors of every kind and without, all made
// from one seed; and the expected end of each signup.

import { customerCreated } from '../../samples/paddle.ts';
import type { SampleSignup } from '../../samples/sample.ts';
import { workos } from '../../samples/workos.ts';
import type { Match } from '../../src/model.ts';
import { createChance, draw } from '../../stand-ins/chance.ts';
import type { DatafastVisitor } from '../../stand-ins/datafast/record.ts';
import { visitor } from '../../stand-ins/datafast/visitor.ts';

/** One event of a provider. However often it is sent, it is one signup. */
export interface Announcement {
  source: string;
  /** Without its time, which is `ageSeconds` before it is first sent. */
  signup: Omit<SampleSignup, 'occurredAt'>;
  ageSeconds: number;
  /** Present when it is not the usual event of the source. */
  payload?(signup: SampleSignup): string;
  visitor?: DatafastVisitor | { visitorId: string; bot: true };
  /** DataFast knows the visitor only so long after the event is sent. */
  knownAfterSeconds?: number;
  /** The provider sends the event a second time, so much later. 0 is at the same moment. */
  repeatedAfterSeconds?: number;
  /** Whoever asks for the visitor is killed. */
  kills?: true;
  /** Absent: there is nothing to write. */
  match?: Match;
  /** How a signup without an address ends: skipped, or waiting for another event. */
  endsAs?: 'no_email' | 'waiting_for_customer';
  /** It is no signup, and says who the customer of one is. */
  completing?: true;
}

export interface PopulationSettings {
  seed: number;
  signups: number;
  /** The share of events that are sent twice. */
  duplicates: number;
  /** How many visitors kill whoever asks for them. */
  poisonous: number;
  now: number;
}

/** Sources whose events have email and visitor together. */
const SOURCES = ['stripe', 'clerk', 'signup', 'polar', 'workos', 'lemonsqueezy', 'creem'] as const;

/** The share of signups of each kind. */
const KINDS = [
  ['known', 0.67],
  ['without_visitor', 0.08],
  ['known_later', 0.05],
  ['unknown', 0.05],
  ['bot', 0.04],
  ['no_uuid', 0.02],
  ['other_uuid', 0.02],
  ['of_another_person', 0.02],
  ['without_email', 0.03],
  ['in_two_events', 0.02],
] as const;
type Kind = (typeof KINDS)[number][0] | 'poisonous';

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
/** No visitor is looked up again after this age: see NOT_FOUND_UNTIL_SECONDS in src/delivery/enrich.ts. */
const LONGEST_UNKNOWN_SECONDS = 600;
/** The rest are further signups of the same people. */
const PEOPLE_PER_SIGNUP = 0.8;

/** Random numbers, and the visitors made so far. */
interface Draws {
  chance(): number;
  upTo(limit: number): number;
  visitors: DatafastVisitor[];
  /** Visitors of one person so far. */
  lent: DatafastVisitor[];
  now: number;
}

/** What is the same in every kind of announcement. */
interface Common {
  source: string;
  signup: Omit<SampleSignup, 'occurredAt'>;
  ageSeconds: number;
  repeatedAfterSeconds?: number;
  payload?(signup: SampleSignup): string;
}

export function createPopulation(settings: PopulationSettings): Announcement[] {
  const chance = createChance(`population ${settings.seed}`);
  const upTo = (limit: number) => Math.floor(chance() * limit);
  const draws: Draws = { chance, upTo, visitors: [], lent: [], now: settings.now };
  const population: Announcement[] = [];
  while (population.length < settings.signups) {
    const index = population.length;
    const common = commonOf(settings, index, draws);
    const kind = draw(chance, KINDS) ?? 'known';
    population.push(...MAKERS[isPoisonous(settings, index) ? 'poisonous' : kind](common, draws));
  }
  return population;
}

/** Spread evenly. */
function isPoisonous({ signups, poisonous }: PopulationSettings, index: number): boolean {
  const every = Math.floor(signups / (poisonous + 1));
  return index > 0 && index % every === 0 && index / every <= poisonous;
}

function commonOf(
  { seed, signups, duplicates }: PopulationSettings,
  index: number,
  draws: Draws,
): Common {
  const { chance, upTo } = draws;
  const people = Math.ceil(signups * PEOPLE_PER_SIGNUP);
  const person = index < people ? index : upTo(people);
  const email = chance() < 0.2 ? `Person.${person}@Example.COM` : `person.${person}@example.com`;
  const isRepeated = chance() < duplicates;
  const source = SOURCES[upTo(SOURCES.length)] ?? 'signup';
  return {
    source,
    ...(source === 'workos' && { payload: verifiedByWorkos }),
    signup: {
      eventId: `evt_${seed}_${index}`,
      email,
      name: `Person Number ${person}`,
      userId: `user_${person}`,
    },
    // Most arrive at once. Some are late, and arrive after events that happened later.
    ageSeconds: chance() < 0.9 ? upTo(20) : upTo(1_800),
    ...(isRepeated && { repeatedAfterSeconds: chance() < 0.5 ? 0 : 10 + upTo(600) }),
  };
}

/** An address that is not verified would wait beside the contact of an earlier signup. The tests show that. */
function verifiedByWorkos(signup: SampleSignup): string {
  return workos.payload(signup).replace('"email_verified":false', '"email_verified":true');
}

const MAKERS: Readonly<Record<Kind, (common: Common, draws: Draws) => Announcement[]>> = {
  known: (common, draws) => [ofVisitor(common, newVisitor(draws))],
  known_later: (common, draws) => {
    const { upTo } = draws;
    const knownAfterSeconds = 5 + upTo(LONGEST_UNKNOWN_SECONDS);
    return [{ ...ofVisitor(common, newVisitor(draws)), ageSeconds: upTo(20), knownAfterSeconds }];
  },
  of_another_person: (common, draws) => {
    const { upTo, lent } = draws;
    // Two people at most: the third one of a visitor would get nothing of it.
    const [visitor] = lent.splice(upTo(lent.length), 1);
    return [ofVisitor(common, visitor ?? newVisitor(draws))];
  },
  poisonous: (common, draws) => {
    const announcement = ofVisitor(common, newVisitor(draws));
    // Nobody else has the visitor.
    draws.lent.pop();
    return [{ ...announcement, match: 'rejected_by_datafast', kills: true }];
  },
  bot: (common, draws) => {
    const bot = { visitorId: uuid(4, draws), bot: true } as const;
    return [{ ...withVisitorId(common, bot.visitorId), visitor: bot, match: 'bot' }];
  },
  unknown: (common, draws) => [{ ...withVisitorId(common, uuid(4, draws)), match: 'not_found' }],
  no_uuid: (common) => [{ ...withVisitorId(common, '../../admin'), match: 'invalid_visitor_id' }],
  other_uuid: (common, draws) => [
    { ...withVisitorId(common, uuid(1, draws)), match: 'invalid_visitor_id' },
  ],
  without_visitor: (common) => [{ ...common, match: 'no_visitor_id' }],
  without_email: (common, draws) => {
    // Another event of the same user would bring an address.
    const userId = `nobody_${common.signup.eventId}`;
    const signup = { ...common.signup, email: undefined, userId };
    const { payload: _, ...others } = common;
    return draws.chance() < 0.5
      ? [{ ...others, source: 'lemonsqueezy', signup, endsAs: 'no_email' }]
      : [{ ...others, source: 'clerk', signup, endsAs: 'waiting_for_customer' }];
  },
  in_two_events: (common, draws) => {
    const { payload: _, ...others } = common;
    const paddle = { ...others, source: 'paddle', ageSeconds: draws.upTo(5) };
    const subscription = ofVisitor(paddle, newVisitor(draws));
    const customer: Announcement = {
      ...paddle,
      signup: { ...common.signup, eventId: `${common.signup.eventId}_customer` },
      payload: customerCreated,
      completing: true,
    };
    return draws.chance() < 0.5 ? [subscription, customer] : [customer, subscription];
  },
};

function withVisitorId(common: Common, visitorId: string): Common {
  return { ...common, signup: { ...common.signup, visitorId } };
}

function ofVisitor(common: Common, record: DatafastVisitor): Announcement {
  return { ...withVisitorId(common, record.visitorId), visitor: record, match: 'matched' };
}

/** Campaign, first visit, prediction and last visit are different for all: a contact shows whose values it has. */
function newVisitor(draws: Draws): DatafastVisitor {
  const { chance, upTo, visitors, now } = draws;
  const number = visitors.length + 1;
  const lastVisitMs = now - upTo(DAY_MS);
  const record = visitor({
    visitorId: uuid(4, draws),
    params: { ...CAMPAIGNS[upTo(CAMPAIGNS.length)], utm_campaign: `campaign-${number}` },
    pages: [`example.com/landing/${number}`, 'example.com/pricing'],
    firstVisitAt: new Date(lastVisitMs - upTo(30) * DAY_MS - 2 * MINUTE_MS).toISOString(),
    lastVisitAt: new Date(lastVisitMs).toISOString(),
    visitCount: 1 + upTo(9),
    prediction: { score: upTo(101), conversionRate: number / 1_000_000 },
    generation: chance() < 0.5 ? 'A' : 'B',
  });
  visitors.push(record);
  draws.lent.push(record);
  return record;
}

function uuid(version: 1 | 4, { upTo }: Draws): string {
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
