// The vocabulary: the types in which every room speaks.
import * as z from 'zod/mini';
import type { Reason } from './reasons.ts';

/**
 * Somebody signed up. This is the queue's message, so it is versioned: a message of a newer version than
 * the running Worker waits for the Worker that knows it.
 */
export const Signup = z.object({
  version: z.literal(1),
  /** `<source>:<event id>`, the event id taken from signed material only: the same event always has the same id. */
  id: z.string().check(z.minLength(3), z.maxLength(300)),
  source: z.string().check(z.minLength(1)),
  /** Trimmed, lower case: the key of the contact. */
  email: z.optional(z.string()),
  /** Whether the provider says that the address is the person's. Absent: it says nothing, which counts as verified. */
  emailVerified: z.optional(z.boolean()),
  name: z.optional(z.string()),
  /** The name of their company, where the event has it. */
  company: z.optional(z.string()),
  /** The customer's own or the provider's id of the person. */
  userId: z.optional(z.string()),
  /** The provider's own id of the customer or user: events with the same one are about one person. */
  customerId: z.optional(z.string()),
  /** The event is no signup. It only completes one: it brings the address, its verification, the name or the visitor ID. */
  completing: z.optional(z.literal(true)),
  /** A hint, never an identity: anybody can forge the cookie. Always a UUID. */
  visitorId: z.optional(z.string()),
  /** It comes from a place where people also put their own IDs, so it may be no visitor ID at all. */
  visitorIdGuessed: z.optional(z.literal(true)),
  /** A visitor ID was sent, but it is no UUID; its value is not kept. */
  visitorIdInvalid: z.optional(z.literal(true)),
  /** When the provider says it happened; ISO 8601 in UTC. */
  occurredAt: z.string(),
  /** When the event happened, where the person began earlier: an old customer may sign up again. ISO 8601 in UTC. */
  eventAt: z.optional(z.string()),
  /** When the webhook arrived; ISO 8601 in UTC. */
  receivedAt: z.string(),
  /** The event says that the person has paid. */
  paid: z.optional(z.literal(true)),
  /** From the provider's test mode. */
  test: z.boolean(),
  /** The key names of a webhook without a visitor ID, as dotted paths. */
  payloadShape: z.optional(z.array(z.string())),
  /** The page that led the person to the site, when the app knows it. */
  referrer: z.optional(z.string()),
  /** Where the Worker has taken it: `https://whence.example`. Links lead there. */
  workerUrl: z.optional(z.string()),
  /** Where the visitor came from, as it was found: the next attempt may be too late to find it. */
  found: z.optional(
    z.object({
      visitorId: z.string(),
      /** On the first visit. */
      first: z.optional(z.string()),
      /** On the visit of the signup. */
      converting: z.optional(z.string()),
    }),
  ),
  /** Sent again by Whence itself, long after it arrived, so that the live fields keep up. */
  refresh: z.optional(
    z.object({
      /** What was fetched before does not count; ISO 8601. */
      askedAt: z.string(),
      /** Whether the visitor was known already. */
      matched: z.boolean(),
    }),
  ),
});
export type Signup = z.infer<typeof Signup>;

/** How far the visitor of a signup could be found. `shared_visitor`: found, but of two other people already. */
export const MATCHES = [
  'matched',
  'no_visitor_id',
  'not_found',
  'bot',
  'invalid_visitor_id',
  'rejected_by_datafast',
  'shared_visitor',
] as const;
export type Match = (typeof MATCHES)[number];

export interface Page {
  url: string;
  /** ISO 8601. */
  at?: string;
}

export interface Goal {
  name: string;
  /** `payment_provider` marks a payment DataFast saw itself. */
  origin?: string;
  at?: string;
}

export interface Prediction {
  /** 0–100; 50 is the site's average. */
  score?: number;
  /** Fraction 0–1. */
  conversionRate?: number;
  /** US dollars. */
  expectedValue?: number;
  /** 0–1. */
  confidence?: number;
}

/** What DataFast knows of a visitor, whichever version of its answers brought it. Absent means unknown. */
export interface Visitor {
  visitorId: string;
  /** First-session URL parameters: `ref`, `source`, `via`, `utm_*`; only those with a value. */
  params: Readonly<Record<string, string>>;
  /** Ad click IDs by the name DataFast gives them; only those with a value. */
  clickIds: Readonly<Record<string, string>>;
  country?: string;
  region?: string;
  city?: string;
  device?: string;
  os?: string;
  browser?: string;
  visits?: number;
  pageviews?: number;
  firstSeenAt?: string;
  lastSeenAt?: string;
  currentUrl?: string;
  /** Earliest first. */
  pages: readonly Page[];
  /** Earliest first. */
  goals: readonly Goal[];
  prediction?: Prediction;
}

/** The values of `datafast_channel`; a promise to operators, who build lists and reports on them. */
export const CHANNELS = [
  'Paid Search',
  'Paid Social',
  'Paid Video',
  'Paid Shopping',
  'Paid Other',
  'Display',
  'Cross-network',
  'Organic Search',
  'Organic Social',
  'Organic Video',
  'Organic Shopping',
  'AI Assistant',
  'Email',
  'Affiliate',
  'Referral',
  'Audio',
  'SMS',
  'Push',
  'Other Campaign',
  'Direct',
  'Unknown',
] as const;
export type Channel = (typeof CHANNELS)[number];
/** Nothing tells what brought the person. A later answer may. */
export const UNKNOWN_CHANNEL: Channel = 'Unknown';

const text = z.optional(z.string());

/** What brought the person, and why Whence says so. The ledger keeps it as JSON. */
export const Attribution = z.object({
  channel: z.enum(CHANNELS),
  source: text,
  /** The tag that named the source, as it came: `fb` where `source` says Facebook. Never one that holds an email address. */
  utmSource: text,
  medium: text,
  campaign: text,
  term: text,
  content: text,
  /** The site's own `ref` and `via` parameters, as they came. */
  ref: text,
  via: text,
  clickId: z.optional(z.object({ name: z.string(), value: z.string() })),
  /** Names of parameters that look like click IDs and that no rule knows. Never their values; at most 10. */
  unknownIds: z.optional(z.array(z.string())),
  landingPage: text,
  referrer: text,
  paid: z.boolean(),
  /** The rule that decided, in plain words, or the operator's own: `CHANNEL_RULES[2]`. */
  rule: text,
  /** The parameters that decided, most decisive first, e.g. `utm_medium=cpc`. */
  evidence: z.readonly(z.array(z.string())),
  rulesVersion: z.string(),
});
export type Attribution = z.infer<typeof Attribution>;

/** What brought a person on one visit. */
export const Touch = z.object({
  channel: z.enum(CHANNELS),
  source: text,
  medium: text,
  campaign: text,
  /** The page that visit began on. */
  page: text,
  /** ISO 8601. */
  at: text,
});
export type Touch = z.infer<typeof Touch>;

/** The way to the signup, as far as it can be told from what DataFast counts. */
export interface Journey {
  /** Whole days from the first visit. */
  daysToSignup?: number;
  visitsBeforeSignup?: number;
  pageviewsBeforeSignup?: number;
  lastPage?: string;
  /** Names, earliest first, as one text. */
  goals?: string;
  /** What brought them on the visit of the signup, where it is known. It is the first touch when that visit was the first. */
  conversion?: Touch;
}

/** What is known of the person behind a signup, with the signup where there is one. */
export interface Enriched {
  match: Match;
  attribution: Attribution;
  journey?: Journey;
  visitor?: Visitor;
  /** When DataFast said so; ISO 8601. */
  fetchedAt?: string;
  signup?: Signup;
}
export type EnrichedSignup = Enriched & { signup: Signup };

/** One person in one CRM, made of every signup of theirs in the batch. */
export interface Contact {
  /** Lower case; the key. */
  email: string;
  /** The earliest signup. */
  first: EnrichedSignup;
  /** Those whose visitor is known, earliest first: one of them can be the first touch. */
  touches: readonly EnrichedSignup[];
  /** The newest signup. Live fields use it. */
  latest: EnrichedSignup;
  /** A replay or a late event: a later signup has arrived, as another visitor, which the live fields describe. */
  isOutdated?: true;
  /** Why earlier attempts at this destination did not end, as codes of the ledger. */
  waitedFor?: readonly string[];
  /** How often it was tried at this destination before. */
  attempts?: number;
  /** What the destination left behind at its last attempt at this signup. */
  memo?: string | undefined;
  /** For a destination that follows: how far the signup has come at the others. */
  elsewhere?: Elsewhere | undefined;
  /** Nothing but refreshes: only live fields move, and a contact that is gone stays gone. */
  isRefresh?: true;
  /** The address is not verified: a contact that exists stays as it is. */
  onlyIfNew?: true;
}

/** How far one signup has come at the destinations that another one follows. */
export interface Elsewhere {
  deliveries: readonly ReachedDelivery[];
  /** What a contact says of its first touch instead: an earlier signup brought it. */
  held?: { channel?: string | undefined; source?: string | undefined } | undefined;
  /** Whether one of the destinations has said what a contact holds. */
  isTouchTold: boolean;
}

export interface ReachedDelivery {
  destination: string;
  status: DeliveryStatus;
  /** The code of a reason. */
  reason?: string | undefined;
  externalId?: string | undefined;
  /** Where people see the contact. */
  url?: string | undefined;
}

/** The ledger's word for an outcome. */
export const DELIVERY_STATUSES = ['delivered', 'skipped', 'waiting', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One signup on its way to one destination: a row of the ledger. */
export interface Delivery {
  destination: string;
  status: DeliveryStatus;
  attempts: number;
  reason?: Reason;
  externalId?: string;
  deliveredAt?: string;
  written?: Readonly<Record<string, string>>;
}

/** Something the operator has to fix: which key, what is wrong with it, and how to fix it. */
export interface Problem {
  key: string;
  problem: string;
  fix: string;
}
