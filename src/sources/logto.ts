// Logto. https://docs.logto.io/developers/webhooks
import { at, joined } from './payload.ts';
import { bodySignature } from './scheme.ts';
import { source } from './source.ts';

export const logto = source({
  name: 'logto',
  schemes: [bodySignature(['logto-signature-sha-256'], 'hex')],
  eventType: 'event',
  // User.Created, the data hook, also fires for the Management API and is left out.
  signupEvents: ['PostRegister'],
  // `hookId` is the endpoint's; only the person is stable.
  eventId: (event) => at(event, 'userId') ?? at(event, 'user.id'),
  occurredAt: 'createdAt',
  metadataPaths: ['user.customData'],
  email: ['user.primaryEmail'],
  // A user name is no name.
  personName: ['user.name', joined(' ', 'user.profile.givenName', 'user.profile.familyName')],
  userId: ['userId', 'user.id'],
});
