// What is known of payments: those that DataFast has seen, and those that a webhook tells of.
import type { EnrichedSignup } from '../model.ts';
import { paymentsOf } from '../visitors/payments.ts';

/** When the person paid first, ISO 8601; a payment without a time counts as one at the signup. */
export function paidAtOf({
  signup,
  visitor,
}: Pick<EnrichedSignup, 'signup' | 'visitor'>): string | undefined {
  const { occurredAt, eventAt = occurredAt, paid } = signup;
  const times = visitor ? paymentsOf(visitor).map(({ at = eventAt }) => at) : [];
  return [...times, ...(paid ? [eventAt] : [])].sort()[0];
}
