// How long a signup waits for its next attempt.
import { describe, expect, it } from 'vitest';
import { retryDelaySeconds } from '../../src/delivery/backoff.ts';
import type { Retry } from '../../src/outcome.ts';

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
