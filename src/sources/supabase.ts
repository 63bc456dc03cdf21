// Supabase Auth: a database webhook on auth.users with a static token, or the before-user-created hook, signed as
// Standard Webhooks. The headers show which one it is. https://supabase.com/docs/guides/auth/auth-hooks
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { bearerToken, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const HOOK = 'before-user-created';
const INSERT = 'INSERT auth.users';
const CONFIRMED = 'UPDATE auth.users, confirmed';

export const supabase = source({
  name: 'supabase',
  schemes: [standardWebhooks, bearerToken],
  eventType: eventName,
  signupEvents: [INSERT, HOOK],
  verifyingEvents: [CONFIRMED],
  // The hook's webhook-id is new for every attempt. The user id is the same in both ways.
  eventId: (event) => {
    const id = at(event, 'record.id') ?? at(event, 'user.id');
    return typeof id === 'string' && eventName(event) === CONFIRMED ? `${id}:confirmed` : id;
  },
  // In the hook, user.created_at is in the year 1.
  occurredAt: (event) =>
    eventName(event) === CONFIRMED
      ? at(event, 'record.email_confirmed_at')
      : (at(event, 'record.created_at') ?? at(event, 'metadata.time')),
  // Only the update of a user who exists can be later.
  createdAt: [
    (event) => (eventName(event) === CONFIRMED ? at(event, 'record.created_at') : undefined),
  ],
  unusable: ({ schema, table }) =>
    table !== undefined && (schema !== 'auth' || table !== 'users') ? 'other_table' : undefined,
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

/** `INSERT auth.users` or a confirmation of the database webhook, or the hook's own name. */
function eventName(event: JsonObject): unknown {
  const { type, table } = event;
  if (table === undefined) return at(event, 'metadata.name');
  if (type === 'INSERT') return INSERT;
  const isNews = isConfirmed(event) === true && !at(event, 'old_record.email_confirmed_at');
  return type === 'UPDATE' && isNews ? CONFIRMED : 'another change';
}

/** When the address was confirmed is a column of the row. The hook leaves it out while there is nothing to say. */
function isConfirmed(event: JsonObject): boolean | undefined {
  const confirmedAt =
    at(event, 'record.email_confirmed_at') ?? at(event, 'user.email_confirmed_at');
  if (typeof confirmedAt === 'string' && confirmedAt !== '') return true;
  return at(event, 'record.email_confirmed_at') === null ? false : undefined;
}
