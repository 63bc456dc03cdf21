// Auth0 Event Streams: CloudEvents with a static token. https://auth0.com/docs/customize/events
import type { JsonObject } from '../json.ts';
import { at, joined } from './payload.ts';
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';

export const auth0 = source({
  name: 'auth0',
  schemes: [bearerToken],
  // Auth0's page on the envelope has the prefix, its catalogue and its SDK do not.
  unusable: ({ log_id, logs }) => ((log_id ?? logs) === undefined ? undefined : 'log_stream'),
  eventType: (event) =>
    typeof event.type === 'string' ? event.type.replace(/^com\.auth0\./, '') : undefined,
  signupEvents: ['user.created'],
  completes: {
    events: ['user.updated'],
    of: 'user',
    by: ['data.object.user_id'],
  },
  eventId: 'id',
  occurredAt: 'time',
  isTest: (event) => event.a0purpose === 'test',
  metadataPaths: ['data.object.user_metadata', 'data.object.app_metadata'],
  email: ['data.object.email'],
  emailVerified: ['data.object.email_verified'],
  createdAt: ['data.object.created_at'],
  personName: [ownName, joined(' ', 'data.object.given_name', 'data.object.family_name')],
  userId: ['data.object.user_id'],
  // Auth0 never sends again after a 4xx, and three failed deliveries in a row switch the stream off.
  answers: { acknowledgesUnreadable: true },
});

/** Auth0 uses the email as the name of people who gave no name. */
function ownName(event: JsonObject): unknown {
  const name = at(event, 'data.object.name');
  return typeof name === 'string' && name.includes('@') ? undefined : name;
}
