// A batch of contacts, written as far as HubSpot lets it.
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { type Budget, inPortions } from '../bisect.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import type { Field } from '../field.ts';
import type { HubspotClient } from './client.ts';
import { isRefused } from './refused.ts';
import { upsertContacts, type Write } from './upsert.ts';
import { afterReceipts, afterRefusal, stepOf, type WriteStep, withoutKnown } from './write-plan.ts';

/** How a batch went. */
export interface Written {
  outcomes: ReadonlyMap<Contact, Outcome>;
  /** Written as new although another writer had just created the contact. */
  lostRaces: readonly Write[];
}

/** An outcome for every contact. `rejected`: properties that are known to be refused for every contact. */
export async function writeContacts(
  client: HubspotClient,
  fields: readonly Field[],
  budget: Budget,
  writes: readonly Write[],
  rejected: readonly RejectedProperty[],
): Promise<Written> {
  const steps = await inPortions<Write, WriteStep>(budget, writes, async (portion, before) => {
    const known = [...rejected, ...before.flatMap((step) => step.rejected)];
    const { remaining, blocked } = withoutKnown(fields, portion, known);
    if (remaining.length === 0) return stepOf({ outcomes: blocked });
    const answer = await upsertContacts(client, remaining);
    const step = isRefused(answer)
      ? afterRefusal(fields, remaining, answer)
      : afterReceipts(fields, remaining, answer);
    return { ...step, outcomes: [...blocked, ...step.outcomes] };
  });
  return {
    outcomes: new Map(steps.flatMap(({ outcomes }) => outcomes)),
    lostRaces: steps.flatMap(({ lostRaces }) => lostRaces),
  };
}
