// Removes what Whence has written of a person. The person, and what others have written, stay.
import type { ErasedPerson, Erasure, Failure } from '../destination.ts';
import { divideHeld, mergeErasures } from '../erasure.ts';
import type { Held } from '../write-rules.ts';
import { callAttio, describe, PEOPLE } from './client.ts';
import { fields as declared } from './fields.ts';
import { readPeople, readRecord } from './read.ts';
import { reason } from './reasons.ts';
import { CONFLICT, type Workspace } from './upsert.ts';

type Erasing = Pick<Workspace, 'client' | 'fields'>;

/** A person whom Attio does not have is skipped. */
export async function erasePerson(
  workspace: Erasing,
  { emails, externalIds }: ErasedPerson,
): Promise<Erasure | Failure> {
  const { client, fields } = workspace;
  const known = await readPeople(client, emails);
  if ('status' in known) return { failed: known };
  const records = new Map([...known.values()].map((held) => [held.externalId, held]));
  for (const id of externalIds.filter((one) => !records.has(one))) {
    const read = await readRecord(client, id);
    if (read && 'status' in read) return { failed: read };
    if (read) records.set(read.externalId, read);
  }
  const erasures: Erasure[] = [];
  for (const held of records.values()) {
    const found = divideHeld(declared, fields, held.properties);
    if (found.erased.length === 0) continue;
    const failure = await clear(workspace, held, found.erased);
    if (failure) return failure;
    erasures.push(found);
  }
  return erasures.length > 0
    ? mergeErasures(erasures)
    : { failed: { status: 'skipped', reason: reason('nothing_to_erase') } };
}

/** No values: an attribute that takes one value is empty afterwards. */
async function clear(
  { client }: Erasing,
  { externalId }: Held,
  slugs: readonly string[],
): Promise<Failure | undefined> {
  const values = Object.fromEntries(slugs.map((slug) => [slug, []]));
  const answer = await callAttio(client, 'PATCH', `${PEOPLE}/records/${externalId}`, {
    body: { data: { values } },
    subject: externalId,
  });
  if (answer.kind === 'ok') return undefined;
  if (answer.kind === 'unavailable') return { failed: answer.wait };
  const { status, error } = answer;
  // Deleted or merged at this moment: another look tells where the values are.
  if (status === 404 || status === 409 || error.code === 'merge_in_progress') {
    return { failed: CONFLICT };
  }
  return {
    failed: { status: 'rejected', reason: reason('person_refused', describe(status, error)) },
  };
}
