// Removes what Whence has written onto the customers of a person. The customers, and the keys of others, stay.
import type { ErasedPerson, Erasure, Failure } from '../destination.ts';
import { customersOf, divideHeld, mergeErasures } from '../erasure.ts';
import { addMetadata } from './client.ts';
import { fields as declared } from './fields.ts';
import { NAME } from './reasons.ts';
import { type Account, heldOf, readHeld, skipped } from './upsert.ts';

/** Customers that are deleted, or of the other mode, are left out. */
export async function eraseCustomers(
  account: Account,
  person: ErasedPerson,
): Promise<Erasure | Failure> {
  const { client, fields } = account;
  const ids = new Set([...person.externalIds, ...customersOf(person, NAME)]);
  const erasures: Erasure[] = [];
  let failed = skipped('nothing_to_erase');
  for (const id of [...ids].filter((one) => /^cus_\w+$/.test(one))) {
    const read = await readHeld(account, id);
    if (read.kind === 'none') {
      if (read.outcome.status !== 'skipped') return { failed: read.outcome };
      failed = read.outcome;
      continue;
    }
    const found = divideHeld(declared, fields, heldOf(read.customer).properties);
    if (found.erased.length === 0) continue;
    // An empty value removes its key. https://docs.stripe.com/metadata
    const metadata = Object.fromEntries(found.erased.map((key) => [key, '']));
    // A later erasure of the same keys is another change.
    const answer = await addMetadata(client, { id, metadata, attempt: client.upstream.now() });
    if (answer.kind === 'customer') erasures.push(found);
    else if (answer.outcome.status !== 'skipped') return { failed: answer.outcome };
  }
  return erasures.length > 0 ? mergeErasures(erasures) : { failed };
}
