// Clerk, delivered by Svix. https://clerk.com/docs/webhooks/overview
import { isObject, type JsonObject } from '../json.ts';
import { at, joined } from './payload.ts';
import { svix } from './scheme.ts';
import { source } from './source.ts';

export const clerk = source({
  name: 'clerk',
  schemes: [svix],
  eventType: 'type',
  signupEvents: ['user.created'],
  verifyingEvents: ['user.updated'],
  // The body has no event id. svix-id is signed, and stays the same when Svix sends again.
  occurredAt: 'timestamp',
  // Only unsafe_metadata can be written during the signup. An app's server may fill the others.
  metadataPaths: ['data.unsafe_metadata', 'data.public_metadata', 'data.private_metadata'],
  email: [(event) => primaryAddress(event)?.email_address],
  emailVerified: [isVerified],
  // A user who is imported may have the time of the signup from before.
  createdAt: ['data.created_at'],
  personName: [joined(' ', 'data.first_name', 'data.last_name')],
  userId: ['data.external_id', 'data.id'],
  // The app may give the external ID after the signup.
  personId: ['data.id'],
});

/** Absent for people who signed up with a phone number or a user name. */
function primaryAddress(event: JsonObject): JsonObject | undefined {
  const addresses = at(event, 'data.email_addresses');
  const primaryId = at(event, 'data.primary_email_address_id');
  if (!Array.isArray(addresses) || typeof primaryId !== 'string') return undefined;
  return addresses.filter(isObject).find((address) => address.id === primaryId);
}

const UNVERIFIED: readonly unknown[] = ['unverified', 'failed', 'expired'];

/** Other states are those of a sign-in that goes on, and say nothing. */
function isVerified(event: JsonObject): boolean | undefined {
  const address = primaryAddress(event);
  const status = address && at(address, 'verification.status');
  return status === 'verified' ? true : UNVERIFIED.includes(status) ? false : undefined;
}
