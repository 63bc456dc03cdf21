// Clerk, delivered by Svix. https://clerk.com/docs/webhooks/overview
import { at, isObject, type JsonObject, joined } from './payload.ts';
import { svix } from './scheme.ts';
import { source } from './source.ts';

export const clerk = source({
  name: 'clerk',
  schemes: [svix],
  eventType: 'type',
  signupEvents: ['user.created'],
  // The body has no event id; svix-id is signed and stays the same when Svix sends again.
  occurredAt: 'timestamp',
  // Only unsafe_metadata can be written while signing up; the others an app may fill from its server.
  metadataPaths: ['data.unsafe_metadata', 'data.public_metadata', 'data.private_metadata'],
  email: [primaryEmail],
  personName: [joined(' ', 'data.first_name', 'data.last_name')],
  userId: ['data.external_id', 'data.id'],
});

/** Absent for people who signed up by phone or user name. */
function primaryEmail(event: JsonObject): unknown {
  const addresses = at(event, 'data.email_addresses');
  const primaryId = at(event, 'data.primary_email_address_id');
  if (!Array.isArray(addresses) || typeof primaryId !== 'string') return undefined;
  return addresses.filter(isObject).find((address) => address.id === primaryId)?.email_address;
}
