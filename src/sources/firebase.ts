// Firebase Auth: after the first sign-in the app sends the person's own ID token, and the visitor ID beside it. A
// blocking function is no choice: there a refusal would deny the signup, and OAuth tokens would be sent along.
// https://firebase.google.com/docs/auth/admin/verify-id-tokens
import type { JsonObject } from '../json.ts';
import { firebaseIdToken } from './firebase-id-token.ts';
import { at, type Reader, text } from './payload.ts';
import { source } from './source.ts';

/** A project with several accounts for one address has it only among the identities. */
const EMAILS: readonly Reader[] = [
  'claims.email',
  (event) => {
    const emails = at(event, 'claims.firebase.identities.email');
    return Array.isArray(emails) ? emails[0] : undefined;
  },
];

const SIGN_IN = 'claims.firebase.sign_in_provider';

/** Until it is renewed, the token of an account that was linked says `anonymous` beside the address. */
function isAnonymous(event: JsonObject): boolean {
  return at(event, SIGN_IN) === 'anonymous' && text(event, EMAILS, 254) === undefined;
}

export const firebase = source({
  name: 'firebase',
  schemes: [firebaseIdToken],
  // A token does not say that the person is new: the app's one call per new person says it. So the id is the person's.
  eventType: (event) => (typeof event.claims === 'object' ? 'id_token' : undefined),
  signupEvents: ['id_token'],
  // After a link the app sends the person's newer token, which is the same event.
  completes: { events: [], of: 'user', by: ['claims.sub'] },
  eventId: 'claims.sub',
  // An anonymous user may have signed in long before the account was linked.
  occurredAt: (event) =>
    at(event, SIGN_IN) === 'anonymous' ? at(event, 'claims.iat') : at(event, 'claims.auth_time'),
  ignore: (event) => (isAnonymous(event) ? 'anonymous_user' : undefined),
  // A token says when the person signed in. The app knows when they signed up.
  createdAt: ['body.created_at'],
  metadataPaths: ['body'],
  // At the first sign-in most addresses are unverified. The app may send a newer token.
  email: EMAILS,
  emailVerified: ['claims.email_verified'],
  personName: ['claims.name'],
  userId: ['claims.sub'],
});
