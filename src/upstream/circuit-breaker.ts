// The circuit breaker: a service that fails several times in a row is left alone for a while. It is kept per isolate,
// as a hint that saves requests, never as a lock.

export interface CircuitBreaker {
  /** Failures in a row. */
  failures: number;
  /** What they were about, as far as that is known: one broken record is not a broken service. */
  subjects: Set<string>;
  /** While this is in the future, no request is sent. */
  openUntilMs: number;
}

export const newCircuitBreaker = (): CircuitBreaker => ({
  failures: 0,
  subjects: new Set(),
  openUntilMs: 0,
});

/** So many failures in a row are no accident. */
const FAILURES_TO_OPEN = 5;
const FIRST_PAUSE_SECONDS = 15;
const MAX_PAUSE_SECONDS = 5 * 60;

/** Seconds until the service may be asked again; 0 when it may be asked now. */
export function pauseSeconds({ openUntilMs }: CircuitBreaker, nowMs: number): number {
  return Math.max(0, (openUntilMs - nowMs) / 1000);
}

/** Whether the next request finds out if the service is back. The others wait for its answer. */
export function isHalfOpen({ failures, openUntilMs }: CircuitBreaker, nowMs: number): boolean {
  return failures >= FAILURES_TO_OPEN && openUntilMs <= nowMs;
}

/**
 * A success closes the breaker. After enough failures in a row it opens, longer each time. Failures about one subject
 * count once.
 */
export function recordResult(
  breaker: CircuitBreaker,
  isUp: boolean,
  nowMs: number,
  subject?: string,
): void {
  if (isUp) {
    breaker.failures = 0;
    breaker.subjects.clear();
    breaker.openUntilMs = 0;
    return;
  }
  // Requests that were under way when it opened say nothing new.
  if (breaker.openUntilMs > nowMs) return;
  if (subject !== undefined) {
    if (breaker.subjects.has(subject)) return;
    breaker.subjects.add(subject);
  }
  breaker.failures += 1;
  const pauses = breaker.failures - FAILURES_TO_OPEN;
  if (pauses < 0) return;
  const seconds = Math.min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(pauses, 10));
  breaker.openUntilMs = nowMs + seconds * 1000;
}
