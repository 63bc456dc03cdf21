// Supabase Auth: a database webhook on auth.users with a static token, or the before-user-created hook, signed as
// Standard Webhooks. The headers show which one it is. https://supabase.com/docs/guides/auth/auth-hooks
import type { JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { bearerToken, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

const HOOK = 'before-user-created';
const INSERT = 'INSERT auth.users';

export const supabase = source({
  name: 'supabase',
  schemes: [standardWebhooks, bearerToken],
  eventType: eventName,
  signupEvents: [INSERT, HOOK],
  // The hook's webhook-id is new for every attempt. The user id is the same in both ways.
  eventId: (event) => at(event, 'record.id') ?? at(event, 'user.id'),
  // In the hook, user.created_at is in the year 1.
  occurredAt: (event) => at(event, 'record.created_at') ?? at(event, 'metadata.time'),
  ignore: (event) =>
    at(event, 'record.is_anonymous') === true || at(event, 'user.is_anonymous') === true
      ? 'anonymous_user'
      : undefined,
  metadataPaths: ['record.raw_user_meta_data', 'user.user_metadata'],
  email: ['record.email', 'user.email'],
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

/** `INSERT auth.users` of the database webhook, or the hook's own name. */
function eventName(event: JsonObject): unknown {
  const { type, schema, table } = event;
  if (table === undefined) return at(event, 'metadata.name');
  const isSignup = type === 'INSERT' && schema === 'auth' && table === 'users';
  return isSignup ? INSERT : 'another table or change';
}
