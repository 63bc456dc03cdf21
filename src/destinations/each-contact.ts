// For services that take one contact in a request: a few at a time, each with its own outcome.
import type { Contact } from '../model.ts';
import type { Outcome } from '../outcome.ts';
import { prefixed, type ReasonTable } from '../reasons.ts';

/** A Worker may have six connections open at once, and other destinations are asked at the same time. */
const AT_ONCE = 3;

/**
 * One outcome per contact, in the same order. Once the service says that nobody gets through, because of the key or a
 * limit, those who have not been tried get the same outcome.
 */
export async function eachContact(
  { name, reasons }: { name: string; reasons: ReasonTable },
  contacts: readonly Contact[],
  write: (contact: Contact) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const table = prefixed(name, reasons);
  const outcomes: Outcome[] = [];
  let forAll: Outcome | undefined;
  const open = contacts.entries();
  const lane = async () => {
    for (const [index, contact] of open) {
      const outcome = forAll ?? (await write(contact));
      outcomes[index] = outcome;
      if (isForAll(outcome, table)) forAll = outcome;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return outcomes;
}

function isForAll(outcome: Outcome, table: ReasonTable): boolean {
  if (outcome.status === 'snooze') return !outcome.isParked;
  return outcome.status === 'retry' && table[outcome.reason.code]?.class === 'configuration';
}
