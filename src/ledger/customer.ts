// Who a signup is about, as far as the ledger can tell people apart.
import type { Signup } from '../model.ts';

/** Customer ids are the provider's own: the same id of another source is another person. */
export function customerOf({ source, customerId }: Signup): string | undefined {
  return customerId === undefined ? undefined : `${source}:${customerId}`;
}

/** What the person is known by: their email, and their provider's customer. */
export function namesOf(signup: Signup): string[] {
  return [signup.email ?? [], customerOf(signup) ?? []].flat();
}

/** Under which name an incomplete signup waits: the customer, or the address where the provider names no customer. */
export function personOf(signup: Signup): string | undefined {
  const { source, email } = signup;
  return customerOf(signup) ?? (email === undefined ? undefined : `${source}:${email}`);
}
