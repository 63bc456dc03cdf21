// Supabase Auth: a database webhook on auth.users with a static token, or a hook around the creation of a user, signed as
// Standard Webhooks. The headers show which one it is. https://supabase.com/docs/guides/auth/auth-hooks
import type { JsonObject } from '../json.ts';
import { timeOf } from '../time.ts';
import { at, moment } from './payload.ts';
import { bearerToken, standardWebhooks } from './scheme.ts';
import { source, WAITED_FOR_MS } from './source.ts';

const HOOKS = ['before-user-created', 'after-user-created'];
const INSERT = 'INSERT auth.users';
/** An anonymous user becomes real, or gets a first address. The INSERT was ignored, or waits. */
const BECAME_REAL = 'UPDATE auth.users, became real';
const CONFIRMED = 'UPDATE auth.users, confirmed';

export const supabase = source({
  name: 'supabase',
  schemes: [standardWebhooks, bearerToken],
  eventType: eventName,
  signupEvents: [INSERT, BECAME_REAL, ...HOOKS],
  completes: { events: [CONFIRMED], by: ['record.id', 'user.id'], since: 'record.created_at' },
  // The hook's webhook-id is new for every attempt. The user id is the same in every way.
  eventId: (event) => {
    const id = at(event, 'record.id') ?? at(event, 'user.id');
    return typeof id === 'string' && eventName(event) === CONFIRMED ? `${id}:confirmed` : id;
  },
  occurredAt,
  ignore: (event) =>
    at(event, 'record.is_anonymous') === true || at(event, 'user.is_anonymous') === true
      ? 'anonymous_user'
      : undefined,
  metadataPaths: ['record.raw_user_meta_data', 'user.user_metadata'],
  email: ['record.email', 'user.email'],
  emailVerified: [isConfirmed],
  personName: [
    'record.raw_user_meta_data.full_name',
    'record.raw_user_meta_data.name',
    'user.user_metadata.full_name',
    'user.user_metadata.name',
  ],
  userId: ['record.id', 'user.id'],
  // Any other answer to the hook denies the person the signup. Only database webhooks have a table.
  answers: { neverRefuses: (event) => event.table === undefined },
});

/** The change of the row, or the hook's own name. */
function eventName(event: JsonObject): unknown {
  const { type, schema, table } = event;
  if (table === undefined) return at(event, 'metadata.name');
  if (schema === 'auth' && table === 'users') {
    if (type === 'INSERT') return INSERT;
    if (type === 'UPDATE' && becameReal(event)) return BECAME_REAL;
    const isNews = isConfirmed(event) === true && !at(event, 'old_record.email_confirmed_at');
    if (type === 'UPDATE' && isNews) return CONFIRMED;
  }
  return 'another table or change';
}

function becameReal(event: JsonObject): boolean {
  const oldEmail = at(event, 'old_record.email');
  const isFirstAddress =
    (oldEmail === null || oldEmail === '') && Boolean(at(event, 'record.email'));
  return at(event, 'record.is_anonymous') !== true && (wasAnonymous(event) || isFirstAddress);
}

const wasAnonymous = (event: JsonObject) => at(event, 'old_record.is_anonymous') === true;

function occurredAt(event: JsonObject): unknown {
  const confirmedAt = at(event, 'record.email_confirmed_at');
  // In the hook, user.created_at is in the year 1.
  const createdAt = at(event, 'record.created_at') ?? at(event, 'metadata.time');
  switch (eventName(event)) {
    case CONFIRMED:
      return confirmedAt;
    case BECAME_REAL: {
      const isConfirmation = !at(event, 'old_record.email_confirmed_at');
      const becameAt = (isConfirmation && confirmedAt) || at(event, 'record.updated_at');
      const ageMs = (timeOf(moment(becameAt)) ?? 0) - (timeOf(moment(createdAt)) ?? 0);
      // Somebody who has been a user with a phone number for long did not sign up today.
      return wasAnonymous(event) || ageMs <= WAITED_FOR_MS ? becameAt : createdAt;
    }
    default:
      return createdAt;
  }
}

/** When the address was confirmed is a column of the row. The hook leaves it out while there is nothing to say. */
function isConfirmed(event: JsonObject): boolean | undefined {
  const confirmedAt =
    at(event, 'record.email_confirmed_at') ?? at(event, 'user.email_confirmed_at');
  if (typeof confirmedAt === 'string' && confirmedAt !== '') return true;
  return at(event, 'record.email_confirmed_at') === null ? false : undefined;
}
