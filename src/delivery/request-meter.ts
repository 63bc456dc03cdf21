// How many requests an invocation may still make. Beyond its plan's number the runtime refuses, which would look
// like an upstream that is down.
import type { LedgerDatabase } from '../ledger/database.ts';
import { meterStatements, type StatementMeter } from '../ledger/statement-meter.ts';

export interface RequestMeter {
  fetch: typeof fetch;
  requestsLeft(): number;
}

/** Counts the requests and the statements of one invocation: a plan that allows more of the first allows more of the others. */
export function meterInvocation(
  send: typeof fetch,
  ledger: LedgerDatabase,
  allowed: number,
): RequestMeter & StatementMeter {
  return { ...meterRequests(send, allowed), ...meterStatements(ledger, allowed) };
}

/** Counts the requests that go out through `fetch`. */
export function meterRequests(send: typeof fetch, allowed: number): RequestMeter {
  let made = 0;
  return {
    fetch: (...request: Parameters<typeof fetch>) => {
      made += 1;
      return send(...request);
    },
    requestsLeft: () => Math.max(0, allowed - made),
  };
}
