// Supabase Auth: a database webhook on auth.users with a static token, or a hook around the creation of a user, signed as
// Standard Webhooks. The headers show which one it is. https://supabase.com/docs/guides/auth/auth-hooks
import type { JsonObject } from '../json.ts';
import { at, elapsedMs } from './payload.ts';
import { bearerToken, standardWebhooks } from './scheme.ts';
import { source, WAITED_FOR_MS } from './source.ts';

const HOOKS = ['before-user-created', 'after-user-created'];
const INSERT = 'INSERT auth.users';
/** An anonymous user becomes real, or gets a first address. The INSERT was ignored, or waits. */
const BECAME_REAL = 'UPDATE auth.users, became real';
const CONFIRMED = 'UPDATE auth.users, confirmed';

const METADATA = ['record.raw_user_meta_data', 'user.user_metadata'];

export const supabase = source({
  name: 'supabase',
  schemes: [standardWebhooks, bearerToken],
  eventType: eventName,
  signupEvents: [INSERT, BECAME_REAL, ...HOOKS],
  completes: { events: [CONFIRMED], of: 'user', by: ['record.id', 'user.id'] },
  // The hook's webhook-id is new for every attempt. The user id is the same in every way.
  eventId: (event) => {
    const id = at(event, 'record.id') ?? at(event, 'user.id');
    return typeof id === 'string' && eventName(event) === CONFIRMED ? `${id}:confirmed` : id;
  },
  // In the hook, user.created_at is in the year 1.
  occurredAt: (event) =>
    event.type === 'UPDATE'
      ? (at(event, 'record.email_confirmed_at') ?? at(event, 'record.updated_at'))
      : (at(event, 'record.created_at') ?? at(event, 'metadata.time')),
  createdAt: [(event) => (isNew(event) ? undefined : at(event, 'record.created_at'))],
  unusable: ({ schema, table }) =>
    table !== undefined && (schema !== 'auth' || table !== 'users') ? 'other_table' : undefined,
  ignore: (event) =>
    at(event, 'record.is_anonymous') === true || at(event, 'user.is_anonymous') === true
      ? 'anonymous_user'
      : undefined,
  metadataPaths: METADATA,
  // Whom somebody else invites signs up when they confirm their address.
  email: [(event) => (isInvitation(event) ? undefined : at(event, 'record.email')), 'user.email'],
  emailVerified: [isConfirmed],
  personName: METADATA.flatMap((object) => [`${object}.full_name`, `${object}.name`]),
  userId: ['record.id', 'user.id'],
  // Any other answer to the hook denies the person the signup. Only database webhooks have a table.
  answers: { neverRefuses: (event) => event.table === undefined },
});

/** The change of the row, or the hook's own name. */
function eventName(event: JsonObject): unknown {
  if (event.table === undefined) return at(event, 'metadata.name');
  if (event.type === 'INSERT') return INSERT;
  if (event.type !== 'UPDATE') return 'another change';
  if (becameReal(event)) return BECAME_REAL;
  const isNews = isConfirmed(event) === true && !at(event, 'old_record.email_confirmed_at');
  return isNews ? CONFIRMED : 'another change';
}

function becameReal(event: JsonObject): boolean {
  const old = at(event, 'old_record.email');
  const isFirstAddress = (old === null || old === '') && Boolean(at(event, 'record.email'));
  return at(event, 'record.is_anonymous') !== true && (wasAnonymous(event) || isFirstAddress);
}

const wasAnonymous = (event: JsonObject) => at(event, 'old_record.is_anonymous') === true;

/** Somebody who has been a user with a phone number for long did not sign up with the first address. */
function isNew(event: JsonObject): boolean {
  const isOld = elapsedMs(event, 'record.created_at', 'record.updated_at') > WAITED_FOR_MS;
  return wasAnonymous(event) || (becameReal(event) && !isOld);
}

const isInvitation = (event: JsonObject) =>
  Boolean(at(event, 'record.invited_at')) && isConfirmed(event) !== true;

/** When the address was confirmed is a column of the row. The hook leaves it out while there is nothing to say. */
function isConfirmed(event: JsonObject): boolean | undefined {
  const confirmedAt =
    at(event, 'record.email_confirmed_at') ?? at(event, 'user.email_confirmed_at');
  if (typeof confirmedAt === 'string' && confirmedAt !== '') return true;
  return at(event, 'record.email_confirmed_at') === null ? false : undefined;
}
