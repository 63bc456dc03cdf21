// Deletes the person that Whence's own sample has made.
import type { Failure, SampleDeletion } from '../destination.ts';
import { type AttioClient, callAttio, describe, PEOPLE } from './client.ts';
import { addressesOf, readPeople, recordIn } from './read.ts';
import { reason } from './reasons.ts';

/** A person with another address beside it was merged with somebody, and stays. */
export async function deleteSample(
  client: AttioClient,
  email: string,
): Promise<SampleDeletion | Failure> {
  const known = await readPeople(client, [email]);
  if ('status' in known) return { failed: known };
  const id = known.get(email)?.externalId;
  if (id === undefined) return { isDeleted: false };
  const path = `${PEOPLE}/records/${id}`;
  const read = await callAttio(client, 'GET', path, { subject: id });
  const record = read.kind === 'ok' ? recordIn(read.json) : undefined;
  if (!record || addressesOf(record).some((address) => address !== email)) {
    return { isDeleted: false };
  }
  const answer = await callAttio(client, 'DELETE', path, { subject: id });
  if (answer.kind === 'ok') return { isDeleted: true };
  if (answer.kind === 'unavailable') return { failed: answer.wait };
  const detail = describe(answer.status, answer.error);
  return { failed: { status: 'rejected', reason: reason('person_refused', detail) } };
}
