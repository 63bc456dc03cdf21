// A batch of contacts written as far as HubSpot lets it: what it names is left out, what it refuses whole is
// divided, what it does not confirm is sent again alone.
import type { Contact, Outcome, Retry } from '../../model.ts';
import type { Field } from '../field.ts';
import type { HubspotOptions } from './client.ts';
import { type Budget, halves, inPortions, isRefused, type Refused, UNDIVIDED } from './divide.ts';
import type { Fault } from './errors.ts';
import { isHealable, isOfThePortal, leaveOut, type Write } from './heal.ts';
import { type Receipt, upsertContacts } from './upsert.ts';

/** How a batch went. */
export interface Written {
  outcomes: Map<Contact, Outcome>;
  /** Written for new although somebody else had just made the contact. */
  overtaken: readonly Write[];
}

/** HubSpot refuses a batch that names one contact twice: the second comes back. */
export const TWICE: Outcome = {
  status: 'retry',
  reason: 'hubspot_contact_twice_in_batch',
  afterSeconds: 5,
};
const UNHEALED: Outcome = { status: 'retry', reason: 'hubspot_property_refused' };

/** An outcome for every contact. `known`: properties that cannot be written whoever the contact is. */
export async function writeContacts(
  options: HubspotOptions,
  table: readonly Field[],
  budget: Budget,
  writes: readonly Write[],
  known: readonly Fault[],
): Promise<Written> {
  const outcomes = new Map<Contact, Outcome>();
  const overtaken: Write[] = [];
  const ofThePortal = [...known];
  const settle = ({ contact }: Write, outcome: Outcome) => outcomes.set(contact, outcome);
  /** Sent again while the budget lasts; else this is the outcome. */
  const meanwhile = (portion: readonly Write[], outcome: Outcome) => {
    for (const write of portion) settle(write, outcome);
    return portion;
  };

  await inPortions(budget, writes, async (portion) => {
    const current = portion.flatMap((write) => {
      const healed = leaveOut(table, write, ofThePortal) ?? write;
      if (!('status' in healed)) return [healed];
      settle(write, healed);
      return [];
    });
    if (current.length === 0) return [];
    const receipts = await upsertContacts(options, current);
    const again = isRefused(receipts)
      ? afterRefusal(current, receipts)
      : afterReceipts(current, receipts);
    return again.filter(({ length }) => length > 0);
  });
  return { outcomes, overtaken };

  function afterRefusal(portion: readonly Write[], refusal: Refused): (readonly Write[])[] {
    const { refused, divisible, faults = [], duplicateIds = [] } = refusal;
    const isAlone = portion.length === 1;
    if (divisible && isHealable(faults) && (isAlone || faults.every(isOfThePortal))) {
      const healed = portion.map((write) => ({ write, healed: heal(write, faults) }));
      if (healed.some((item) => item.healed)) {
        const again = healed.flatMap(({ write, healed: better }) =>
          better === undefined ? [write] : 'status' in better ? [] : [better],
        );
        return [meanwhile(again, UNHEALED)];
      }
    }
    const twins = portion.filter(({ email }) => duplicateIds.includes(email)).slice(1);
    if (divisible && twins.length > 0) {
      for (const twin of twins) settle(twin, TWICE);
      return [
        meanwhile(
          portion.filter((write) => !twins.includes(write)),
          UNDIVIDED,
        ),
      ];
    }
    if (divisible && !isAlone)
      return halves(portion).map((half) => [...meanwhile(half, UNDIVIDED)]);
    meanwhile(portion, refused);
    return [];
  }

  function afterReceipts(
    portion: readonly Write[],
    receipts: readonly Receipt[],
  ): (readonly Write[])[] {
    const healed: Write[] = [];
    const missing: (readonly Write[])[] = [];
    portion.forEach((write, index) => {
      const receipt = receipts[index];
      if (!receipt) return;
      settle(write, receipt.outcome);
      if (receipt.wasThere) overtaken.push(write);
      if (isHealable(receipt.faults)) {
        const better = heal(write, receipt.faults ?? []);
        if (better && !('status' in better)) healed.push(...meanwhile([better], UNHEALED));
      } else if (receipt.isMissing && portion.length > 1) missing.push([write]);
    });
    return [healed, ...missing];
  }

  /** What to send instead, or why to wait; `undefined` when nothing of the write is at fault. */
  function heal(write: Write, faults: readonly Fault[]): Write | Retry | undefined {
    ofThePortal.push(...faults.filter(isOfThePortal));
    const healed = leaveOut(table, write, faults);
    if (healed && 'status' in healed) settle(write, healed);
    return healed;
  }
}
