// Moments as texts: whatever form a moment comes in, it is written in one form.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EARLIEST_MS, isoOf, momentFrom } from '../src/time.ts';

const two = (most: number) =>
  fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const almostIso = fc
  .tuple(fc.integer({ min: 1990, max: 2110 }), two(13), two(32), two(25), two(60), two(60))
  .map(
    ([year, month, day, hour, minute, second]) =>
      `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`,
  );

describe('a moment', () => {
  it('is written as the platform writes it, whatever day and hour somebody claims', () => {
    fc.assert(
      fc.property(almostIso, (text) => {
        const ms = Date.parse(text);
        const isOfCentury = ms >= EARLIEST_MS && ms < Date.UTC(2100, 0, 1);
        expect(momentFrom(text)).toBe(isOfCentury ? isoOf(ms) : undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['2026-02-30T10:00:00.000Z', '2026-11-26T24:00:00.000Z', '2026-04-31T10:00:00.000Z'])(
    'that the calendar does not have is no text of its own: %s',
    (text) => {
      expect(momentFrom(text)).not.toBe(text);
    },
  );

  it.each(['2026-11-26T10:00:00Z', '2026-11-26T11:00:00+01:00', '2026-11-26T10:00:00.000+00:00'])(
    'in another spelling is the same: %s',
    (text) => {
      expect(momentFrom(text)).toBe('2026-11-26T10:00:00.000Z');
    },
  );
});
