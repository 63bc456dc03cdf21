// How long a signup waits for its next attempt.
import { describe, expect, it } from 'vitest';
import { retryDelaySeconds, snoozeDelaySeconds } from '../../src/delivery/backoff.ts';
import type { Retry, Snooze } from '../../src/outcome.ts';

const failure = (afterSeconds?: number): Retry => ({
  status: 'retry',
  reason: { code: 'x' },
  afterSeconds,
});

describe('a retry', () => {
  it('backs off from seconds to an hour', () => {
    const waits = [1, 2, 5, 10, 100].map((attempt) =>
      retryDelaySeconds(failure(), attempt, () => 1),
    );
    expect(waits).toEqual([5, 10, 80, 2560, 3600]);
  });

  it('does not use up its attempts on an upstream that always asks for a moment', () => {
    const waits = [1, 2, 3, 10].map((attempt) => retryDelaySeconds(failure(0), attempt, () => 1));
    expect(waits).toEqual([1, 1, 20, 2560]);
  });

  it('never asks the queue for more than it can do', () => {
    expect(retryDelaySeconds(failure(999_999_999), 1, () => 0)).toBe(43_200);
  });
});

describe('a snooze', () => {
  const snooze = (afterSeconds: number, more: Partial<Snooze> = {}): Snooze => ({
    ...{ status: 'snooze', reason: { code: 'x' }, afterSeconds },
    ...more,
  });
  const hours = (count: number) => count * 3600;

  it('for a turn is as long as told, however old the signup is, so that a burst of hours leaves no budget unused', () => {
    expect([0, 0.1, 3, 11].map((age) => snoozeDelaySeconds(snooze(61), hours(age)))).toEqual([
      61, 61, 61, 61,
    ]);
  });

  it('in an outage becomes longer with age, up to an hour', () => {
    const waits = [0, 0.1, 3, 11].map((age) =>
      snoozeDelaySeconds(snooze(15, { isOutage: true }), hours(age)),
    );
    expect(waits).toEqual([15, 90, 2700, 3600]);
  });

  it('for a limit that lets nobody through for half a day becomes as long as one in an outage', () => {
    expect(snoozeDelaySeconds(snooze(61), hours(13))).toBe(3600);
  });

  it('that happens a few times at most stays as it is', () => {
    expect(snoozeDelaySeconds(snooze(600, { isBounded: true }), hours(13))).toBe(600);
  });
});
