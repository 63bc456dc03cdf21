// A batch of contacts, written; where the portal lacks the properties that protect them, they are created first.

import type { Contact } from '../../model.ts';
import { configurationRetry, type Outcome, type Retry } from '../../outcome.ts';
import type { Budget } from '../bisect.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import type { Field } from '../field.ts';
import type { HubspotClient } from './client.ts';
import { CREATION_REQUESTS, createMissing } from './create-missing.ts';
import { reason } from './reasons.ts';
import type { Write } from './upsert.ts';
import { type Written, writeContacts } from './write.ts';

interface Portal {
  client: HubspotClient;
  fields: readonly Field[];
  requestsLeft(): number;
}

/** An outcome for every contact. */
export async function writePrepared(
  { client, fields, requestsLeft }: Portal,
  budget: Budget,
  writes: readonly Write[],
  rejected: readonly RejectedProperty[],
): Promise<Written> {
  if (writes.length === 0) return { outcomes: new Map(), lostRaces: [] };
  const first = await writeContacts(client, fields, budget, writes, rejected);
  const waiting = writes.filter(({ contact }) => missingOf(first, contact) !== undefined);
  if (waiting.length === 0) return first;
  // With the write afterwards. Later batches of this invocation, or the next one, have more.
  if (requestsLeft() <= CREATION_REQUESTS) return waitFor(first, waiting, soon);

  const { isDone, refusal } = await createMissing(client, fields);
  const again = isDone
    ? await writeContacts(client, fields, budget, waiting, rejected)
    : { outcomes: new Map<Contact, Outcome>(), lostRaces: [] };
  const both: Written = {
    outcomes: new Map([...first.outcomes, ...again.outcomes]),
    lostRaces: [...first.lostRaces, ...again.lostRaces],
  };
  if (refusal) {
    return waitFor(both, waiting, ({ reason: { detail } }) =>
      configurationRetry({ ...refusal, detail: `${detail}. ${refusal.detail}` }),
    );
  }
  // HubSpot shows a new property a moment later.
  return isDone ? waitFor(both, waiting, soon) : both;
}

const MISSING = reason('property_missing').code;

/** The outcome of a contact that waits for a property. */
function missingOf({ outcomes }: Written, contact: Contact): Retry | undefined {
  const outcome = outcomes.get(contact);
  return outcome?.status === 'retry' && outcome.reason.code === MISSING ? outcome : undefined;
}

const soon = ({ status, reason: why }: Retry): Retry => ({ status, reason: why });

/** Contacts that still wait for a property, with another wait. */
function waitFor(
  written: Written,
  waiting: readonly Write[],
  waitOf: (missing: Retry) => Retry,
): Written {
  const outcomes = new Map(written.outcomes);
  for (const { contact } of waiting) {
    const missing = missingOf(written, contact);
    if (missing) outcomes.set(contact, waitOf(missing));
  }
  return { ...written, outcomes };
}
