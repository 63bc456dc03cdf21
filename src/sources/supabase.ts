// Supabase Auth: a database webhook on auth.users with a static token, or a hook around the creation of a user, signed as
// Standard Webhooks. The headers show which one it is. https://supabase.com/docs/guides/auth/auth-hooks
import { at } from './payload.ts';
import { bearerToken, standardWebhooks } from './scheme.ts';
import { source } from './source.ts';
import {
  BECAME_REAL,
  CONFIRMED,
  eventName,
  INSERT,
  isConfirmed,
  isInvitation,
  isNew,
} from './supabase-change.ts';

const HOOKS = ['before-user-created', 'after-user-created'];
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
