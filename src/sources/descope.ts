// Descope, experimental. Either the HTTP connector of a sign-up flow, whose body the operator writes, or the audit
// webhook, whose body is not documented, so several places are tried. The token is required. The optional HMAC of the
// audit webhook is not checked, because Descope does not say over which bytes it is made.
// https://docs.descope.com/connectors/connector-configuration-guides/network/audit-webhook
import { isObject, type JsonObject } from '../json.ts';
import { at } from './payload.ts';
import { bearerToken } from './scheme.ts';
import { source } from './source.ts';

export const descope = source({
  name: 'descope',
  schemes: [bearerToken],
  eventType: (event) => event.action ?? at(event, 'data.action'),
  signupEvents: ['UserCreated'],
  // Nothing completes a signup. The user keeps apart two who give the same address.
  completes: { events: [], of: 'user', by: [userId] },
  // No event id is documented. The id of the person is stable.
  eventId: (event) => userId(event) ?? event.id,
  occurredAt,
  metadataPaths: [
    'data.customAttributes',
    'data.user.customAttributes',
    'user.customAttributes',
    'data',
  ],
  email: ['data.email', 'data.user.email', 'user.email', loginEmail],
  emailVerified: ['data.verifiedEmail', 'data.user.verifiedEmail', 'user.verifiedEmail'],
  personName: ['data.name', 'data.user.name', 'user.name'],
  userId: [userId],
});

function userId(event: JsonObject): unknown {
  return event.userId ?? at(event, 'data.userId') ?? at(event, 'user.userId');
}

/** A login id can be an email, a phone number or a name. */
function loginEmail(event: JsonObject): unknown {
  const ids = event.loginIds ?? event.externalIds ?? at(event, 'data.loginIds');
  const texts = Array.isArray(ids) ? ids : isObject(ids) ? Object.values(ids) : [];
  return texts.find((id) => typeof id === 'string' && id.includes('@'));
}

/** Audit events have milliseconds, as text. */
function occurredAt(event: JsonObject): unknown {
  const value = event.occurred ?? event.createdTime ?? at(event, 'data.occurred');
  return typeof value === 'string' && /^\d{13}$/.test(value) ? Number(value) : value;
}
