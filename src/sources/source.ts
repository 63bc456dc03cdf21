// The contract of a source, and the one function that makes a source out of a provider's description.
import { emailFrom, type Signup, visitorIdFrom } from '../model.ts';
import { at, type JsonObject, moment, type Reader, text } from './payload.ts';
import type { Scheme } from './scheme.ts';
import type { Signed, SignedRequest, Verification } from './verification.ts';
import { secretProblem, verify } from './verify.ts';

/** A provider's webhook: proves that it is genuine, and says which signup it announces. */
export interface Source {
  /** The last part of its route: `/webhooks/<name>`. */
  name: string;
  /** The secret's name among the settings. */
  secretName: string;
  /** Why this secret cannot work with this source, for the operator; `undefined` when it can. */
  secretProblem(secret: string): string | undefined;
  verify(request: SignedRequest): Promise<Verification>;
  parse(payload: JsonObject, signed: Signed): Parsed;
  /** How the provider has to be answered where the usual answer would do harm. */
  answers: Answers;
}

export interface Answers {
  /**
   * Whether a genuine event that cannot be read is answered 200 instead of 400: some providers give up on an
   * endpoint after a few refusals.
   */
  acknowledgesUnreadable?: boolean;
  /** Whether everything genuine is answered 200, because anything else blocks the person from signing up. */
  neverRefuses?(payload: JsonObject): boolean;
}

/** A signup as the provider tells it; the door adds when it arrived. */
export type AnnouncedSignup = Omit<Signup, 'version' | 'receivedAt' | 'occurredAt'> & {
  occurredAt?: string;
};

export type Parsed =
  | { kind: 'signup'; signup: AnnouncedSignup }
  /** Genuine, understood, and none of our business. */
  | { kind: 'ignored'; reason: string }
  /** Genuine, but not the shape the provider documents. */
  | { kind: 'unreadable'; reason: string };

/** A provider as data: where things stand in its payload. */
export interface SourceDescription {
  name: string;
  /** Several where the provider has several ways to prove itself; the one the request addresses decides. */
  schemes: readonly [Scheme, ...Scheme[]];
  /** Where the payload names its event, and the events that mean a signup. */
  eventType: Reader;
  signupEvents: readonly string[];
  /** Events that only tell who a customer is, for signups that come without an email. */
  customerEvents?: readonly string[];
  /** Where the stable event id stands in the body; omitted where the signature carries the id. */
  eventId?: Reader;
  occurredAt: Reader;
  /** Whether the event comes from the provider's test mode. */
  isTest?: (payload: JsonObject) => boolean;
  /** A genuine signup event that is none of ours all the same: the reason, else `undefined`. */
  ignore?: (payload: JsonObject) => string | undefined;
  /** The objects in which the customer's app left the visitor ID, most likely first. */
  metadataPaths: readonly string[];
  /** Places that hold a visitor ID or something else entirely; taken only when it is a UUID. */
  visitorIdIfUuid?: readonly Reader[];
  email: readonly Reader[];
  personName: readonly Reader[];
  userId: readonly Reader[];
  /** The provider's id of the customer, by which events of one person are joined. */
  customerId?: readonly Reader[];
  answers?: Answers;
}

/** The names apps give the cookie's value, in the order they count. */
const VISITOR_ID_NAMES = ['datafast_visitor_id', 'datafastVisitorId', 'visitor_id'];
/** `document.referrer` of the landing page, for apps that keep it. */
const REFERRER_NAMES = ['datafast_referrer', 'referrer'];

/** Makes a source of a description: the scheme proves, the places are read. */
export function source(description: SourceDescription): Source {
  const { name, schemes, answers = {}, metadataPaths } = description;
  const places: Places = {
    visitorId: metadataPaths.flatMap((carrier) => VISITOR_ID_NAMES.map((id) => `${carrier}.${id}`)),
    referrer: metadataPaths.flatMap((carrier) => REFERRER_NAMES.map((id) => `${carrier}.${id}`)),
  };
  return {
    name,
    secretName: `${name.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`,
    secretProblem: (secret) => secretProblem(schemes, secret),
    verify: (request) => verify(schemes, request),
    parse: (payload, signed) => parse(description, places, payload, signed),
    answers,
  };
}

/** Where an app may have left what it knows of the visitor, in the order it counts. */
interface Places {
  visitorId: readonly Reader[];
  referrer: readonly Reader[];
}

function parse(
  description: SourceDescription,
  places: Places,
  payload: JsonObject,
  signed: Signed,
): Parsed {
  const type = text(payload, [description.eventType], 100);
  if (type === undefined) return { kind: 'unreadable', reason: 'event_type_missing' };
  const isCustomer = description.customerEvents?.includes(type) ?? false;
  if (!isCustomer && !description.signupEvents.includes(type)) {
    return { kind: 'ignored', reason: 'not_a_signup_event' };
  }
  const reason = description.ignore?.(payload);
  if (reason !== undefined) return { kind: 'ignored', reason };

  const eventId = description.eventId ? text(payload, [description.eventId], 256) : signed.id;
  if (eventId === undefined) return { kind: 'unreadable', reason: 'event_id_missing' };

  const email = emailFrom(text(payload, description.email, 254));
  return {
    kind: 'signup',
    signup: {
      id: `${description.name}:${eventId}`,
      source: description.name,
      email,
      name: text(payload, description.personName, 200),
      userId: text(payload, description.userId, 200),
      customerId: text(payload, description.customerId ?? [], 200),
      customerOnly: isCustomer ? true : undefined,
      ...visitorIdOf(description, places, payload),
      occurredAt: moment(at(payload, description.occurredAt)) ?? signed.at,
      test: description.isTest?.(payload) ?? false,
      referrer: referrerOf(places, payload),
    },
  };
}

/** What `String(cookie)` leaves when there was no cookie. */
const NO_COOKIE = ['', 'undefined', 'null'];

function visitorIdOf(
  { visitorIdIfUuid = [] }: SourceDescription,
  places: Places,
  payload: JsonObject,
): Pick<AnnouncedSignup, 'visitorId' | 'visitorIdInvalid'> {
  let invalid = false;
  for (const reader of places.visitorId) {
    const value = at(payload, reader);
    if (value === undefined || value === null) continue;
    const visitorId = typeof value === 'string' ? visitorIdFrom(value) : undefined;
    if (visitorId !== undefined) return { visitorId };
    invalid ||= typeof value !== 'string' || !NO_COOKIE.includes(value.trim());
  }
  for (const reader of visitorIdIfUuid) {
    const visitorId = visitorIdFrom(text(payload, [reader], 100) ?? '');
    if (visitorId !== undefined) return { visitorId };
  }
  return invalid ? { visitorIdInvalid: true } : {};
}

/** An empty referrer says that there was none, which is worth knowing; an absent one says nothing. */
function referrerOf(places: Places, payload: JsonObject): string | undefined {
  for (const reader of places.referrer) {
    const value = at(payload, reader);
    if (typeof value === 'string' && value.length <= 2_000) return value.trim();
  }
  return undefined;
}
