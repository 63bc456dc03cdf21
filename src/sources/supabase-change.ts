// What a change of Supabase's table of users means.
import type { JsonObject } from '../json.ts';
import { at, elapsedMs } from './payload.ts';
import { WAITED_FOR_MS } from './source.ts';

export const INSERT = 'INSERT auth.users';
/** An anonymous user becomes real, or gets a first address. The INSERT was ignored, or waits. */
export const BECAME_REAL = 'UPDATE auth.users, became real';
export const CONFIRMED = 'UPDATE auth.users, confirmed';

/** The change of the row, or the hook's own name. */
export function eventName(event: JsonObject): unknown {
  if (event.table === undefined) return at(event, 'metadata.name');
  if (event.type === 'INSERT') return INSERT;
  if (event.type !== 'UPDATE') return 'another change';
  if (becameReal(event)) return BECAME_REAL;
  const isNews = isConfirmed(event) === true && !at(event, 'old_record.email_confirmed_at');
  return isNews ? CONFIRMED : 'another change';
}

function becameReal(event: JsonObject): boolean {
  const old = at(event, 'old_record.email');
  const isFirstAddress = (old === null || old === '') && Boolean(at(event, 'record.email'));
  return at(event, 'record.is_anonymous') !== true && (wasAnonymous(event) || isFirstAddress);
}

const wasAnonymous = (event: JsonObject) => at(event, 'old_record.is_anonymous') === true;

/** Somebody who has been a user with a phone number for long did not sign up with the first address. */
export function isNew(event: JsonObject): boolean {
  const isOld = elapsedMs(event, 'record.created_at', 'record.updated_at') > WAITED_FOR_MS;
  return wasAnonymous(event) || (becameReal(event) && !isOld);
}

export const isInvitation = (event: JsonObject) =>
  Boolean(at(event, 'record.invited_at')) && isConfirmed(event) !== true;

/** When the address was confirmed is a column of the row. The hook leaves it out while there is nothing to say. */
export function isConfirmed(event: JsonObject): boolean | undefined {
  const confirmedAt =
    at(event, 'record.email_confirmed_at') ?? at(event, 'user.email_confirmed_at');
  if (typeof confirmedAt === 'string' && confirmedAt !== '') return true;
  return at(event, 'record.email_confirmed_at') === null ? false : undefined;
}
