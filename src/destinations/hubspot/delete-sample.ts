// Deletes the contact that Whence's own sample has made. HubSpot can restore it for 90 days.
import { newBudget } from '../bisect.ts';
import type { Failure, SampleDeletion } from '../destination.ts';
import type { Account } from './batch.ts';
import { callHubspot, objectsPath } from './client.ts';
import { readContacts, UNCERTAIN } from './read.ts';
import { refusedWhole } from './refused.ts';

/** The read and the deletion. */
const PLANNED_REQUESTS = 2;

/** A contact with another address beside it was merged with somebody, and stays. */
export async function deleteSample(
  { client, requestsLeft }: Pick<Account, 'client' | 'requestsLeft'>,
  email: string,
): Promise<SampleDeletion | Failure> {
  const budget = newBudget(requestsLeft(), PLANNED_REQUESTS);
  const reading = (await readContacts(client, budget, [email], [])).get(email) ?? UNCERTAIN;
  if (reading.kind === 'failed') return reading;
  if (reading.kind === 'absent') return { isDeleted: false };
  const { existing } = reading;
  if (existing.email !== email || existing.properties.hs_additional_emails) {
    return { isDeleted: false };
  }
  const path = `${objectsPath(client)}/${encodeURIComponent(existing.externalId)}`;
  const answer = await callHubspot(client, 'DELETE', path);
  return answer.kind === 'ok' ? { isDeleted: true } : { failed: refusedWhole(answer).outcome };
}
