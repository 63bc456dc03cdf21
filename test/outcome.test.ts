// How long to wait: what the upstream asked for, and when its word no longer counts.
import { describe, expect, it } from 'vitest';
import { delaySeconds, retryAfter } from '../src/outcome.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const asked = (value: string) =>
  retryAfter('x', new Response(null, { status: 503, headers: { 'retry-after': value } }), NOW);

describe('a retry', () => {
  it.each([
    ['120', 120],
    ['Mon, 23 Nov 2026 09:02:00 GMT', 120],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['5.5', undefined],
    ['-1', undefined],
    ['soon', undefined],
  ])('after Retry-After: %s waits %s seconds', (value, seconds) => {
    expect(asked(value).afterSeconds).toBe(seconds);
  });

  it('backs off from seconds to an hour', () => {
    const retry = { status: 'retry', reason: 'x' } as const;
    const waits = [1, 2, 5, 10, 100].map((attempt) => delaySeconds(retry, attempt, () => 1));
    expect(waits).toEqual([5, 10, 80, 2560, 3600]);
  });

  it('does not use up its tries on an upstream that always asks for a moment', () => {
    const waits = [1, 2, 3, 10].map((attempt) => delaySeconds(asked('0'), attempt, () => 1));
    expect(waits).toEqual([1, 1, 20, 2560]);
  });

  it('never asks the queue for more than it can do', () => {
    expect(delaySeconds(asked('999999999'), 1, () => 0)).toBe(43_200);
  });
});
