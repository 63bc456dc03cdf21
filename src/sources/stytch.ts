// Stytch, delivered by Svix. The object is under the key that `object_type` names.
// https://stytch.com/docs/guides/webhooks/overview
import { isObject, type JsonObject } from '../json.ts';
import { at, joined } from './payload.ts';
import { svix } from './scheme.ts';
import { source } from './source.ts';

export const stytch = source({
  name: 'stytch',
  schemes: [svix],
  eventType: joined('.', 'source', 'object_type', 'action'),
  // A user who was created in the dashboard or by SCIM did not sign up.
  signupEvents: [
    'direct.user.create',
    'direct.member.create',
    'DIRECT.user.CREATE',
    'DIRECT.member.CREATE',
  ],
  completes: {
    events: [
      'direct.user.update',
      'direct.member.update',
      'DIRECT.user.UPDATE',
      'DIRECT.member.UPDATE',
    ],
    of: 'user',
    by: ['user.user_id', 'member.member_id', 'id'],
  },
  occurredAt: 'timestamp',
  isTest: (event) =>
    typeof event.project_id === 'string' && event.project_id.startsWith('project-test-'),
  metadataPaths: [
    'user.untrusted_metadata',
    'user.trusted_metadata',
    'member.untrusted_metadata',
    'member.trusted_metadata',
  ],
  email: [(event) => firstEmail(event)?.email, memberEmail],
  emailVerified: [(event) => firstEmail(event)?.verified, 'member.email_address_verified'],
  createdAt: ['user.created_at', 'member.created_at'],
  personName: [joined(' ', 'user.name.first_name', 'user.name.last_name'), 'member.name'],
  userId: ['user.external_id', 'member.external_id', 'user.user_id', 'member.member_id', 'id'],
});

/** Whom somebody else invites signs up when they accept. */
function memberEmail(event: JsonObject): unknown {
  const isInvited = at(event, 'member.status') === 'invited';
  return isInvited ? undefined : at(event, 'member.email_address');
}

/** A verified address counts before others. People who signed up with a phone number have none. */
function firstEmail(event: JsonObject): JsonObject | undefined {
  const emails = at(event, 'user.emails');
  if (!Array.isArray(emails)) return undefined;
  const addresses = emails.filter(isObject);
  return addresses.find(({ verified }) => verified === true) ?? addresses[0];
}
