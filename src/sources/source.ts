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
  /** Why this secret cannot work with this source, for the operator; `undefined` when it can. */
  secretProblem(secret: string): string | undefined;
  verify(request: SignedRequest): Promise<Verification>;
  parse(payload: JsonObject, signed: Signed): Parsed;
  /** How to answer the provider when the usual answer would do harm. */
  answers: Answers;
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
  /** Events that only say who a customer is, for signups that come without an email. */
  customerEvents?: readonly string[];
  /** Events that can say, after the signup, that the address is verified. Those that do not say so are ignored. */
  verifyingEvents?: readonly string[];
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
  /** The provider's own id of the person, where `userId` may be the app's. */
  personId?: readonly Reader[];
  /** The provider's id of the customer, by which events of one person are joined. */
  customerId?: readonly Reader[];
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
    secretProblem: (secret) => secretProblem(schemes, secret),
    verify: (request) => verify(schemes, request),
    parse: (payload, signed) => parse(description, places, payload, signed),
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
  const isCustomer = description.customerEvents?.includes(type) ?? false;
  const isVerifying = description.verifyingEvents?.includes(type) ?? false;
  if (isVerifying ? !verifies(description, payload) : !isCustomer && !isSignup(description, type)) {
    return { kind: 'ignored', reason: 'not_a_signup_event' };
  }
  const reason = description.ignore?.(payload);
  if (reason !== undefined) return { kind: 'ignored', reason };

  const eventId = description.eventId ? text(payload, [description.eventId], 256) : signed.id;
  if (eventId === undefined) return { kind: 'unreadable', reason: 'event_id_missing' };

  const email = emailFrom(text(payload, description.email, 254));
  const occurredAt = moment(at(payload, description.occurredAt)) ?? signed.at;
  const customerOnly = isCustomer || isVerifying ? true : undefined;
  const company = text(payload, description.company ?? [], 200);
  return {
    kind: 'signup',
    signup: {
      id: `${description.name}:${eventId}`,
      source: description.name,
      email,
      emailVerified: flag(payload, description.emailVerified ?? []),
      name: texts(payload, description.personName, 200).find((name) => name !== company),
      company,
      userId: text(payload, description.userId, 200),
      personId: text(payload, description.personId ?? [], 200),
      customerId: text(payload, description.customerId ?? [], 200),
      customerOnly,
      ...visitorIdOf(payload, places.visitorId, places.guesses),
      occurredAt: customerOnly
        ? occurredAt
        : earliest(occurredAt, beginnings(description, payload)),
      test: description.isTest?.(payload) ?? false,
      referrer: referrerOf(places, payload),
    },
  };
}

const isSignup = ({ signupEvents }: SourceDescription, type: string) => signupEvents.includes(type);

/** A signup waits seven days to be verified. One day more for events that come late. */
const WAITED_FOR_MS = 8 * DAY_MS;

/** Users are updated for ever. Only an update that can end a wait is worth a message. */
function verifies(description: SourceDescription, payload: JsonObject): boolean {
  const { email, emailVerified = [], occurredAt } = description;
  const createdMs = timeOf(earliest(undefined, beginnings(description, payload)));
  const updatedMs = timeOf(moment(at(payload, occurredAt)));
  const isOld = createdMs !== undefined && (updatedMs ?? createdMs) - createdMs > WAITED_FOR_MS;
  return flag(payload, emailVerified) === true && text(payload, email, 254) !== undefined && !isOld;
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
