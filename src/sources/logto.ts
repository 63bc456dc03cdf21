// Logto. https://docs.logto.io/developers/webhooks
import { isObject, type JsonObject } from '../json.ts';
import { at, joined } from './payload.ts';
import { bodySignature } from './scheme.ts';
import { source } from './source.ts';

/** A data hook: the user is in `data`. */
const UPDATED = 'User.Data.Updated';

export const logto = source({
  name: 'logto',
  schemes: [bodySignature(['logto-signature-sha-256'], 'hex')],
  eventType: 'event',
  // The data hook User.Created is left out, because it also fires for users made by the Management API.
  signupEvents: ['PostRegister'],
  completes: { events: [UPDATED], of: 'user', by: ['userId', 'user.id', 'data.id'] },
  // `hookId` is the id of the endpoint. Only the id of the person is stable.
  eventId: (event) =>
    event.event === UPDATED
      ? `${at(event, 'data.id')}:${at(event, 'createdAt')}`
      : (at(event, 'userId') ?? at(event, 'user.id')),
  occurredAt: 'createdAt',
  createdAt: ['user.createdAt', 'data.createdAt'],
  metadataPaths: ['user.customData', 'data.customData'],
  email: ['user.primaryEmail', 'data.primaryEmail', socialEmail],
  // Not in Logto's types of today: it verifies an address during the sign-up, unless that is switched off.
  emailVerified: ['user.emailVerified', 'user.email_verified'],
  // A user name is not the name of a person.
  personName: [
    'user.name',
    joined(' ', 'user.profile.givenName', 'user.profile.familyName'),
    'data.name',
  ],
  userId: ['userId', 'user.id', 'data.id'],
});

/** Some social connectors give an address that Logto does not take over. */
function socialEmail(event: JsonObject): unknown {
  const identities = at(event, 'user.identities') ?? at(event, 'data.identities');
  const details = Object.values(isObject(identities) ? identities : {}).filter(isObject);
  return details.map((one) => at(one, 'details.email')).find((email) => typeof email === 'string');
}
