// The generic source: any app calls it from its own server, signed as Standard Webhooks.
import { standardWebhooks } from './scheme.ts';
import { source } from './source.ts';

export const signup = source({
  name: 'signup',
  // `v1a` lets an app sign with a key of which the Worker needs only the public half.
  schemes: [{ ...standardWebhooks, ed25519Version: 'v1a' }],
  eventType: 'type',
  signupEvents: ['user.signup'],
  occurredAt: 'timestamp',
  metadataPaths: ['data'],
  email: ['data.email'],
  personName: ['data.name'],
  userId: ['data.user_id'],
});
