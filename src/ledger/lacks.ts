// What an incomplete signup lacks, as the reason of its delivery says.
import type { Signup } from '../model.ts';
import { reason } from '../reasons.ts';

export type Lack = 'address' | 'verification';

const LACKS: ReadonlyMap<string, Lack> = new Map([
  [reason('waiting_for_customer').code, 'address'],
  [reason('no_email').code, 'address'],
  [reason('email_unverified').code, 'verification'],
]);

/** A delivery that was skipped for it is not done: what was missing may still come. */
export function lackOf({
  status,
  reason: code,
}: {
  status: string;
  reason?: string | null | undefined;
}): Lack | undefined {
  return status === 'waiting' || status === 'skipped' ? LACKS.get(code ?? '') : undefined;
}

/** Whether the signup has what it lacked. */
export function isComplete({ email, emailVerified }: Signup, lack: Lack): boolean {
  return email !== undefined && (lack === 'address' || emailVerified !== false);
}

/** The codes in SQL. */
export const LACKING = `(${[...LACKS.keys()].map((code) => `'${code}'`).join(', ')})`;
