// Empties the properties of Whence on the contacts of a person. The contacts, and what is of others, stay.
import * as z from 'zod/mini';
import { newBudget } from '../bisect.ts';
import type { ErasedPerson, Erasure, Failure } from '../destination.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import { divideHeld, mergeErasures } from '../erasure.ts';
import type { Field } from '../field.ts';
import type { Account } from './batch.ts';
import { callHubspot, type HubspotClient, objectsPath, UNREADABLE } from './client.ts';
import { describeRefusal, HubspotError, isDroppable, rejectedProperties } from './errors.ts';
import { type Existing, readByIds, readContacts } from './read.ts';
import { reason } from './reasons.ts';
import { isRefused, refusedWhole } from './refused.ts';

/** The reads by address and by ID, and two attempts to write. */
const PLANNED_REQUESTS = 4;

/** `declared`: the field table without the operator's names. A person whom HubSpot does not have is skipped. */
export async function eraseContacts(
  account: Account,
  declared: readonly Field[],
  person: ErasedPerson,
): Promise<Erasure | Failure> {
  const { client, fields } = account;
  const contacts = await contactsOf(account, declared, person);
  if ('failed' in contacts) return contacts;
  const erasures: Erasure[] = [];
  for (const { externalId, properties } of contacts) {
    const found = divideHeld(declared, fields, properties);
    if (found.erased.length === 0) continue;
    const cleared = await clear(client, externalId, found);
    if ('failed' in cleared) return cleared;
    erasures.push(cleared);
  }
  return erasures.length > 0
    ? mergeErasures(erasures)
    : { failed: { status: 'skipped', reason: reason('nothing_to_erase') } };
}

async function contactsOf(
  { client, fields, requestsLeft }: Account,
  declared: readonly Field[],
  { emails, externalIds }: ErasedPerson,
): Promise<readonly Existing[] | Failure> {
  const names = [...declared, ...fields].map(({ property }) => property);
  const budget = newBudget(requestsLeft(), PLANNED_REQUESTS);
  const byId = new Map<string, Existing>();
  for (const reading of (await readContacts(client, budget, emails, names)).values()) {
    // HubSpot accepts no such address, so no contact has it.
    const isNoAddress = reading.kind === 'failed' && reading.failed.status === 'rejected';
    if (reading.kind === 'failed' && !isNoAddress) return reading;
    if (reading.kind === 'exists') byId.set(reading.existing.externalId, reading.existing);
  }
  const others = externalIds.filter((id) => !byId.has(id));
  const read = others.length > 0 ? await readByIds(client, others, names) : [];
  if (isRefused(read)) return { failed: read.outcome };
  for (const existing of read) byId.set(existing.externalId, existing);
  return [...byId.values()];
}

const Answer = z.object({
  results: z._default(z.array(z.unknown()), []),
  errors: z._default(z.array(z.catch(HubspotError, {})), []),
});

/**
 * By ID: an upsert would create a contact that has just been deleted. What HubSpot does not let anybody write stays, and
 * is named. Its words are kept without what the contact held.
 */
async function clear(
  client: HubspotClient,
  id: string,
  { erased, kept }: Erasure,
): Promise<Erasure | Failure> {
  const answer = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/update`, {
    inputs: [
      {
        id,
        objectWriteTraceId: '0',
        properties: Object.fromEntries(erased.map((property) => [property, ''])),
      },
    ],
  });
  if (answer.kind === 'unavailable') return { failed: answer.wait };
  const parsed =
    answer.kind === 'ok' ? Answer.safeParse(answer.json).data : { errors: [answer.error] };
  if (!parsed) return { failed: UNREADABLE };
  const [error] = parsed.errors;
  // The contact was deleted at this moment, with everything on it.
  if (error?.category === 'OBJECT_NOT_FOUND') return { erased, kept };
  if (error === undefined) {
    const isWritten = 'results' in parsed && parsed.results.length > 0;
    return isWritten
      ? { erased, kept }
      : { failed: { status: 'retry', reason: reason('unconfirmed') } };
  }
  const rejected = rejectedProperties(error).filter(({ property }) => erased.includes(property));
  if (isDroppable(rejected) && rejected.length < erased.length) {
    return clear(client, id, without({ erased, kept }, rejected));
  }
  return answer.kind === 'refused'
    ? { failed: refusedWhole(answer).outcome }
    : { failed: { status: 'rejected', reason: reason('contact_refused', describeRefusal(error)) } };
}

function without({ erased, kept }: Erasure, rejected: readonly RejectedProperty[]): Erasure {
  const names = rejected.map(({ property }) => property);
  return { erased: erased.filter((one) => !names.includes(one)), kept: [...kept, ...names] };
}
