// A request that failed unexpectedly, in the log: where it failed, and never what it was about.
import { describeError, type Log } from '../log.ts';

/** The cause says more than an error that wraps it. */
export function logFailure(log: Log, error: unknown): void {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  log('error', 'request_failed', describeError(cause));
}
