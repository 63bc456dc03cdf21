// The generic source. Any app can call it from its own server, signed as Standard Webhooks.
import { isObject } from '../json.ts';
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const signup = source({
  name: 'signup',
  // With `v1a` the Worker needs only the public half of the app's key.
  schemes: [{ ...standardWebhooks, ed25519Version: 'v1a' }],
  secretIsChosen: true,
  eventType: 'type',
  signupEvents: ['user.signup'],
  completes: { events: ['user.updated', 'user.verified'], of: 'user', by: ['data.user_id'] },
  occurredAt: 'timestamp',
  createdAt: ['data.created_at', 'data.createdAt'],
  ignore: ({ data }) =>
    isObject(data) && (data.is_anonymous === true || data.isAnonymous === true)
      ? 'anonymous_user'
      : undefined,
  metadataPaths: ['data'],
  email: ['data.email'],
  emailVerified: [
    (event) => (event.type === 'user.verified' ? true : undefined),
    'data.email_verified',
    'data.emailVerified',
  ],
  personName: ['data.name'],
  company: ['data.company'],
  userId: ['data.user_id'],
});
