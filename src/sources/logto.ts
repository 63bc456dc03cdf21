// Logto. https://docs.logto.io/developers/webhooks
import { at, joined } from './payload.ts';
import { bodySignature } from './scheme.ts';
import { source } from './source.ts';

export const logto = source({
  name: 'logto',
  schemes: [bodySignature(['logto-signature-sha-256'], 'hex')],
  eventType: 'event',
  // The data hook User.Created is left out, because it also fires for users made by the Management API.
  signupEvents: ['PostRegister'],
  // `hookId` is the id of the endpoint. Only the id of the person is stable.
  eventId: (event) => at(event, 'userId') ?? at(event, 'user.id'),
  occurredAt: 'createdAt',
  createdAt: ['user.createdAt'],
  metadataPaths: ['user.customData'],
  email: ['user.primaryEmail'],
  // Not in Logto's types of today: it verifies an address during the sign-up, unless that is switched off.
  emailVerified: ['user.emailVerified', 'user.email_verified'],
  // A user name is not the name of a person.
  personName: ['user.name', joined(' ', 'user.profile.givenName', 'user.profile.familyName')],
  userId: ['userId', 'user.id'],
});
