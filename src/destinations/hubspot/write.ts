// A batch of contacts written as far as HubSpot lets it: what it names is left out, what it refuses whole is
// divided, what it does not confirm is sent again alone.
import type { Contact, Outcome, Retry } from '../../model.ts';
import {
  BATCH_REFUSED,
  type Budget,
  bisect,
  inPortions,
  isRefused,
  type Refused,
} from '../bisect.ts';
import type { Field } from '../field.ts';
import type { HubspotOptions } from './client.ts';
import { isDroppable, isOfThePortal, omit, type Write } from './drop-rejected-properties.ts';
import type { Fault } from './errors.ts';
import { type Receipt, upsertContacts } from './upsert.ts';

/** How a batch went. */
export interface Written {
  outcomes: Map<Contact, Outcome>;
  /** Written for new although somebody else had just made the contact. */
  overwritten: readonly Write[];
}

/** HubSpot refuses a batch that names one contact twice: the second comes back. */
export const TWICE: Outcome = {
  status: 'retry',
  reason: 'hubspot_contact_twice_in_batch',
  afterSeconds: 5,
};
const PROPERTY_REFUSED: Outcome = { status: 'retry', reason: 'hubspot_property_refused' };

/** An outcome for every contact. `known`: properties that cannot be written whoever the contact is. */
export async function writeContacts(
  options: HubspotOptions,
  table: readonly Field[],
  budget: Budget,
  writes: readonly Write[],
  known: readonly Fault[],
): Promise<Written> {
  const outcomes = new Map<Contact, Outcome>();
  const overwritten: Write[] = [];
  const ofThePortal = [...known];
  const settle = ({ contact }: Write, outcome: Outcome) => outcomes.set(contact, outcome);
  /** Sent again while the budget lasts; else this is the outcome. */
  const meanwhile = (portion: readonly Write[], outcome: Outcome) => {
    for (const write of portion) settle(write, outcome);
    return portion;
  };

  await inPortions(budget, writes, async (portion) => {
    const current = portion.flatMap((write) => {
      const repaired = omit(table, write, ofThePortal) ?? write;
      if (!('status' in repaired)) return [repaired];
      settle(write, repaired);
      return [];
    });
    if (current.length === 0) return [];
    const receipts = await upsertContacts(options, current);
    const again = isRefused(receipts)
      ? afterRefusal(current, receipts)
      : afterReceipts(current, receipts);
    return again.filter(({ length }) => length > 0);
  });
  return { outcomes, overwritten };

  function afterRefusal(portion: readonly Write[], refusal: Refused): (readonly Write[])[] {
    const { refused, bisectable, faults = [], duplicateIds = [] } = refusal;
    const isAlone = portion.length === 1;
    if (bisectable && isDroppable(faults) && (isAlone || faults.every(isOfThePortal))) {
      const repaired = portion.map((write) => ({ write, repaired: drop(write, faults) }));
      if (repaired.some((item) => item.repaired)) {
        const again = repaired.flatMap(({ write, repaired: better }) =>
          better === undefined ? [write] : 'status' in better ? [] : [better],
        );
        return [meanwhile(again, PROPERTY_REFUSED)];
      }
    }
    const twins = portion.filter(({ email }) => duplicateIds.includes(email)).slice(1);
    if (bisectable && twins.length > 0) {
      for (const twin of twins) settle(twin, TWICE);
      return [
        meanwhile(
          portion.filter((write) => !twins.includes(write)),
          BATCH_REFUSED,
        ),
      ];
    }
    if (bisectable && !isAlone)
      return bisect(portion).map((half) => [...meanwhile(half, BATCH_REFUSED)]);
    meanwhile(portion, refused);
    return [];
  }

  function afterReceipts(
    portion: readonly Write[],
    receipts: readonly Receipt[],
  ): (readonly Write[])[] {
    const repaired: Write[] = [];
    const missing: (readonly Write[])[] = [];
    portion.forEach((write, index) => {
      const receipt = receipts[index];
      if (!receipt) return;
      settle(write, receipt.outcome);
      if (receipt.wasThere) overwritten.push(write);
      if (isDroppable(receipt.faults)) {
        const better = drop(write, receipt.faults ?? []);
        if (better && !('status' in better))
          repaired.push(...meanwhile([better], PROPERTY_REFUSED));
      } else if (receipt.isMissing && portion.length > 1) missing.push([write]);
    });
    return [repaired, ...missing];
  }

  /** What to send instead, or why to wait; `undefined` when nothing of the write is at fault. */
  function drop(write: Write, faults: readonly Fault[]): Write | Retry | undefined {
    ofThePortal.push(...faults.filter(isOfThePortal));
    const repaired = omit(table, write, faults);
    if (repaired && 'status' in repaired) settle(write, repaired);
    return repaired;
  }
}
