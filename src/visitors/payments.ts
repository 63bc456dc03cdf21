// The payments that DataFast has seen.
import type { Goal, Visitor } from '../model.ts';

/** What a payment provider tells of that is no payment: a subscription that ends may have been a trial. */
const NO_PAYMENTS: readonly string[] = [
  'free_trial',
  'trial_started',
  'subscription_cancel_scheduled',
  'subscription_ended',
];

/**
 * A goal that the site itself has set says nothing of money, whatever its name: DataFast's own guides have the site call
 * `datafast("payment")` on a page after the checkout, and the payment follows from the provider.
 * https://datafa.st/docs/paddle-other-methods
 */
export function isPayment({ name, origin }: Goal): boolean {
  // Older answers name no origin.
  return origin === undefined
    ? name === 'payment'
    : origin === 'payment_provider' && !NO_PAYMENTS.includes(name);
}

export const paymentsOf = ({ goals }: Visitor): Goal[] => goals.filter(isPayment);
