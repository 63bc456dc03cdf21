// Removes what Whence has written of a person. The person, and what others have written, stay.
import type { Outcome } from '../../outcome.ts';
import { isOurs } from './attributes.ts';
import { callAttio, describe, PEOPLE } from './client.ts';
import { readPeople } from './read.ts';
import { reason } from './reasons.ts';
import type { Workspace } from './upsert.ts';

/** A person whom Attio does not have is skipped. */
export async function erasePerson(
  { client, fields }: Pick<Workspace, 'client' | 'fields'>,
  email: string,
): Promise<Outcome> {
  const known = await readPeople(client, [email]);
  if ('status' in known) return known;
  const held = known.get(email);
  if (!held) return { status: 'skipped', reason: reason('nothing_to_erase') };
  const filled = fields.filter((field) => isOurs(field) && field.property in held.properties);
  const delivered: Outcome = { status: 'delivered', externalId: held.externalId, written: {} };
  if (filled.length === 0) return delivered;
  // No values: an attribute that takes one value is empty afterwards.
  const values = Object.fromEntries(filled.map(({ property }) => [property, []]));
  const answer = await callAttio(client, 'PATCH', `${PEOPLE}/records/${held.externalId}`, {
    body: { data: { values } },
    subject: email,
  });
  if (answer.kind === 'ok') return delivered;
  if (answer.kind === 'unavailable') return answer.wait;
  const { status, error } = answer;
  return { status: 'rejected', reason: reason('person_refused', describe(status, error)) };
}
