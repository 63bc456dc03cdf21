// The contract of a source, and the function that makes a source of a provider's description.

import { emailFrom } from '../identifiers.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Signup } from '../model.ts';
import { DAY_MS, timeOf } from '../time.ts';
import { at, flag, moment, type Reader, text, texts } from './payload.ts';
import type { SourceReason } from './reasons.ts';
import type { Scheme } from './scheme.ts';
import type { Signed, SignedRequest, Verification } from './verification.ts';
import { secretProblem, verify } from './verify.ts';
import { placesIn, visitorIdOf } from './visitor-id.ts';

/** A provider's webhook: how it proves that it is genuine, and which signup it announces. */
export interface Source {
  /** The last part of its route: `/webhooks/<name>`. */
  name: string;
  /** The name of its secret among the settings. */
  secretName: string;
  /** Whether the operator makes up the secret. All other secrets come from the provider. */
  secretIsChosen: boolean;
  /** Where its payload has the visitor ID, for the operator: `data.object.metadata.datafast_visitor_id`. */
  visitorIdPlace: string;
  /** Why this secret cannot work with this source, for the operator; `undefined` when it can. */
  secretProblem(secret: string): string | undefined;
  verify(request: SignedRequest): Promise<Verification>;
  parse(payload: JsonObject, signed: Signed): Parsed;
  /** How to answer the provider when the usual answer would do harm. */
  /** The events that complete an earlier signup, and alone are none. */
  completingEvents: CompletingEvents;
  answers: Answers;
}

/** `any`: every event of the provider that is no signup. */
export type CompletingEvents = readonly string[] | 'any';

/**
 * The first event is not always the last word: a later one, or an earlier one, says who the person is. Events with the
 * same key are about one person. A signup waits only where there is a key.
 */
export interface Completion {
  /** Events that are no signup, and bring the address, its verification, the name or the visitor ID. */
  events: CompletingEvents;
  /** Whom the key names. A user signs up once, when they are created: later updates of old users complete nothing. */
  of: 'user' | 'customer';
  /** The key: the provider's own ID of the customer or user. */
  by: readonly Reader[];
}

/** Which of the signup's events say that the person has paid. One that costs nothing says no such thing. */
export interface Payment {
  events: readonly string[];
  /** The word that says so. */
  state?: { at: Reader; is: string };
  /** Zero means that nothing was paid; an absent one says nothing. */
  amount?: Reader;
}

export interface Answers {
  /**
   * Whether a genuine event that cannot be read is answered 200 instead of 400. Some providers switch an endpoint off
   * after a few refusals.
   */
  acknowledgesUnreadable?: boolean;
  /** Whether everything genuine is answered 200, because anything else keeps the person from signing up. */
  neverRefuses?(payload: JsonObject): boolean;
}

/** A signup as the provider announces it. The webhook route adds when it arrived. */
export type AnnouncedSignup = Omit<Signup, 'version' | 'receivedAt' | 'occurredAt'> & {
  occurredAt?: string;
};

export type Parsed =
  | { kind: 'signup'; signup: AnnouncedSignup }
  /** Genuine and understood, but no signup for Whence. */
  | { kind: 'ignored'; reason: SourceReason }
  /** Genuine, but not in the shape that the provider documents. */
  | { kind: 'unreadable'; reason: SourceReason };

/** A provider as data: the places in its payload. */
export interface SourceDescription {
  name: string;
  /** Several when the provider has several ways to prove an event. The one that the request addresses decides. */
  schemes: readonly [Scheme, ...Scheme[]];
  /** The operator makes up the secret. It need not be said of a source with a token. */
  secretIsChosen?: true;
  /** Where the payload names its event. */
  eventType: Reader;
  /** The events that mean a signup. */
  signupEvents: readonly string[];
  /** What completes a signup. Omitted when nothing does. */
  completes?: Completion;
  payment?: Payment;
  /** The place of the stable event id. Omitted when the id is signed in a header. */
  eventId?: Reader;
  occurredAt: Reader;
  /** Whether the event comes from the provider's test mode. */
  isTest?: (payload: JsonObject) => boolean;
  /** Why nothing can be read from an event, whatever its type: another kind of webhook than the one that is read. */
  unusable?: (payload: JsonObject) => SourceReason | undefined;
  /** The reason why one of these events is no signup; `undefined` when it is one. */
  ignore?: (payload: JsonObject) => SourceReason | undefined;
  /** The objects in which the customer's app puts the visitor ID, most likely first. */
  metadataPaths: readonly string[];
  /** More places of the visitor ID, where the objects are not enough. */
  visitorId?: readonly Reader[];
  /** Places where people also put their own IDs. A UUID in them is taken as a guess. */
  visitorIdGuesses?: readonly Reader[];
  email: readonly Reader[];
  /** Whether the address is verified. Omitted when the provider does not say. */
  emailVerified?: readonly Reader[];
  /**
   * When the person, the customer or the subscription began. The earliest of these is the time of the signup, unless the
   * event is earlier: an event of today does not make an old customer new.
   */
  createdAt?: readonly Reader[];
  personName: readonly Reader[];
  /** The name of their company. A person is never called by it. */
  company?: readonly Reader[];
  userId: readonly Reader[];
  answers?: Answers;
}

/** `document.referrer` of the landing page, from apps that keep it. */
const REFERRER_NAMES = ['datafast_referrer', 'referrer'];

/** Makes a source of a description. */
export function source(description: SourceDescription): Source {
  const { name, schemes, answers = {}, metadataPaths } = description;
  const places: Places = {
    visitorId: [...placesIn(metadataPaths), ...(description.visitorId ?? [])],
    guesses: description.visitorIdGuesses ?? [],
    referrer: metadataPaths.flatMap((path) => REFERRER_NAMES.map((key) => `${path}.${key}`)),
  };
  return {
    name,
    secretName: `${name.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`,
    secretIsChosen: description.secretIsChosen ?? schemes.some(({ kind }) => kind === 'token'),
    visitorIdPlace: `${metadataPaths[0] ?? 'data'}.datafast_visitor_id`,
    secretProblem: (secret) => secretProblem(schemes, secret),
    verify: (request) => verify(schemes, request),
    parse: (payload, signed) => parse(description, places, payload, signed),
    completingEvents: description.completes?.events ?? [],
    answers,
  };
}

/** Where an app may put what it knows about the visitor, in the order in which the places count. */
interface Places {
  visitorId: readonly Reader[];
  guesses: readonly Reader[];
  referrer: readonly Reader[];
}

function parse(
  description: SourceDescription,
  places: Places,
  payload: JsonObject,
  signed: Signed,
): Parsed {
  const unusable = description.unusable?.(payload);
  if (unusable !== undefined) return { kind: 'ignored', reason: unusable };
  const type = text(payload, [description.eventType], 100);
  if (type === undefined) return { kind: 'unreadable', reason: 'event_type_missing' };
  const isSignup = description.signupEvents.includes(type);
  if (!isSignup && !isCompleting(description, type)) {
    return { kind: 'ignored', reason: 'not_a_signup_event' };
  }
  const reason = description.ignore?.(payload);
  if (reason !== undefined) return { kind: 'ignored', reason };

  const eventId = description.eventId ? text(payload, [description.eventId], 256) : signed.id;
  if (eventId === undefined) return { kind: 'unreadable', reason: 'event_id_missing' };

  const company = text(payload, description.company ?? [], 200);
  const occurredAt = moment(at(payload, description.occurredAt)) ?? signed.at;
  const beganAt = isSignup ? earliest(occurredAt, beginnings(description, payload)) : occurredAt;
  const signup: AnnouncedSignup = {
    id: `${description.name}:${eventId}`,
    source: description.name,
    email: emailFrom(text(payload, description.email, 254)),
    emailVerified: flag(payload, description.emailVerified ?? []),
    name: texts(payload, description.personName, 200).find((name) => name !== company),
    company,
    userId: text(payload, description.userId, 200),
    customerId: text(payload, description.completes?.by ?? [], 200),
    ...visitorIdOf(payload, places.visitorId, places.guesses),
    occurredAt: beganAt,
    eventAt: beganAt === occurredAt ? undefined : occurredAt,
    paid: isSignup && isPayment(description.payment, type, payload) ? true : undefined,
    test: description.isTest?.(payload) ?? false,
    referrer: referrerOf(places, payload),
  };
  if (isSignup) return { kind: 'signup', signup };
  return hasNews(signup) && !isOld(description, payload, signup.occurredAt)
    ? { kind: 'signup', signup: { ...signup, completing: true } }
    : { kind: 'ignored', reason: 'completes_nothing' };
}

function isPayment(payment: Payment | undefined, type: string, payload: JsonObject): boolean {
  if (!payment?.events.includes(type)) return false;
  const { state, amount } = payment;
  const isSaid = state === undefined || at(payload, state.at) === state.is;
  const paid = amount === undefined ? undefined : at(payload, amount);
  return isSaid && (paid === undefined || Number(paid) > 0);
}

function isCompleting({ completes }: SourceDescription, type: string): boolean {
  return completes !== undefined && (completes.events === 'any' || completes.events.includes(type));
}

/** Whether a signup can wait for what the event says. Without a key it is found by its address, to be verified. */
function hasNews({ customerId, email, emailVerified, visitorId }: AnnouncedSignup): boolean {
  if (customerId === undefined) return email !== undefined && emailVerified === true;
  return email !== undefined || visitorId !== undefined;
}

/** A signup waits seven days. One day more for events that come late. */
export const WAITED_FOR_MS = 8 * DAY_MS;

/** Users are updated for ever. Only an update that can end a wait is worth a message. */
function isOld(description: SourceDescription, payload: JsonObject, updatedAt?: string): boolean {
  if (description.completes?.of !== 'user') return false;
  const createdMs = timeOf(earliest(undefined, beginnings(description, payload)));
  return createdMs !== undefined && (timeOf(updatedAt) ?? createdMs) - createdMs > WAITED_FOR_MS;
}

/** When the person, the customer and the subscription began, as far as the payload says. */
function beginnings({ createdAt = [] }: SourceDescription, payload: JsonObject) {
  return createdAt.map((reader) => moment(at(payload, reader)));
}

/** The earliest of these moments, all of them ISO 8601 in UTC. */
function earliest(first: string | undefined, others: readonly (string | undefined)[]) {
  return [first, ...others].filter((moment) => moment !== undefined).sort()[0];
}

/** An empty referrer means that there was none. An absent one says nothing. */
function referrerOf(places: Places, payload: JsonObject): string | undefined {
  for (const reader of places.referrer) {
    const given = at(payload, reader);
    const value = isObject(given) ? at(given, 'value') : given;
    if (typeof value === 'string' && value.length <= 2_000) return value.trim();
  }
  return undefined;
}
