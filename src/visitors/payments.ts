// The payments that DataFast has seen.
import type { Goal, Visitor } from '../model.ts';

/** A trial is no payment yet. */
const TRIALS: readonly string[] = ['free_trial', 'trial_started'];

export const isPayment = ({ name, origin }: Goal): boolean =>
  name === 'payment' || (origin === 'payment_provider' && !TRIALS.includes(name));

export const paymentsOf = ({ goals }: Visitor): Goal[] => goals.filter(isPayment);
