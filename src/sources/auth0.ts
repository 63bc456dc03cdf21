// Auth0 Event Streams: CloudEvents under a static token. https://auth0.com/docs/customize/events
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';

export const auth0 = source({
  name: 'auth0',
  schemes: [bearerToken],
  eventType: 'type',
  signupEvents: ['user.created'],
  eventId: 'id',
  occurredAt: 'time',
  isTest: (event) => event.a0purpose === 'test',
  carriers: ['data.object.user_metadata', 'data.object.app_metadata'],
  email: ['data.object.email'],
  personName: ['data.object.name', 'data.object.nickname'],
  userId: ['data.object.user_id'],
  // Any 4xx is terminal, and three failed deliveries in a row switch the stream off.
  answers: { acknowledgesUnreadable: true },
});
