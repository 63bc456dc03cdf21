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
  completes: { events: ['user.updated'], of: 'user', by: ['data.id'] },
  // The body has no event id. svix-id is signed, and stays the same when Svix sends again.
  occurredAt: 'timestamp',
  // Only unsafe_metadata can be written during the signup. An app's server may fill the others.
  metadataPaths: ['data.unsafe_metadata', 'data.public_metadata', 'data.private_metadata'],
  email: [(event) => addressOf(event)?.email_address],
  emailVerified: [isVerified],
  // A user who is imported may have the time of the signup from before.
  createdAt: ['data.created_at'],
  personName: [joined(' ', 'data.first_name', 'data.last_name')],
  userId: ['data.external_id', 'data.id'],
});

/**
 * The primary address. It may not be marked: then the only one, the first verified one or the first one. Absent for people
 * who signed up with a phone number or a user name.
 */
function addressOf(event: JsonObject): JsonObject | undefined {
  const list = at(event, 'data.email_addresses');
  const primaryId = at(event, 'data.primary_email_address_id');
  const addresses = Array.isArray(list) ? list.filter(isObject) : [];
  return typeof primaryId === 'string'
    ? addresses.find(({ id }) => id === primaryId)
    : (addresses.find((address) => statusOf(address) === 'verified') ?? addresses[0]);
}

const statusOf = (address: JsonObject) => at(address, 'verification.status');

const UNVERIFIED: readonly unknown[] = ['unverified', 'failed', 'expired'];

/** Other states are those of a sign-in that goes on, and say nothing. */
function isVerified(event: JsonObject): boolean | undefined {
  const address = addressOf(event);
  const status = address && statusOf(address);
  return status === 'verified' ? true : UNVERIFIED.includes(status) ? false : undefined;
}
