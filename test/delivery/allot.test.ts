// How the requests of an invocation are divided among the destinations.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allot } from '../../src/delivery/allot.ts';

/** Two requests for all, or one for each and one more. */
const forAll = { batchSize: 100, requestsPerBatch: (contacts: number) => (contacts > 0 ? 2 : 0) };
const forEach = {
  batchSize: 20,
  requestsPerBatch: (contacts: number) => (contacts > 0 ? contacts + 1 : 0),
};

describe('the requests that are left', () => {
  it('are enough for everybody: each destination takes all its contacts', () => {
    const wishes = [
      { destination: forEach, contacts: 10 },
      { destination: forAll, contacts: 40 },
    ];
    expect(allot(wishes, 50)).toEqual([
      { contacts: 10, requests: 11 + 18 },
      { contacts: 40, requests: 2 + 18 },
    ]);
  });

  it('are too few: the destination that asks for each contact takes as many as it can, and the other one all', () => {
    const wishes = [
      { destination: forEach, contacts: 40 },
      { destination: forAll, contacts: 40 },
    ];
    expect(allot(wishes, 10)).toEqual([
      { contacts: 7, requests: 8 },
      { contacts: 40, requests: 2 },
    ]);
  });

  it('are so few that an equal share is not enough for the cheapest: it is served first all the same', () => {
    const four = { batchSize: 100, requestsPerBatch: (contacts: number) => (contacts > 0 ? 4 : 0) };
    const wishes = [four, forEach, forEach].map((destination) => ({ destination, contacts: 40 }));
    expect(allot(wishes, 10).map(({ contacts }) => contacts)).toEqual([40, 2, 2]);
  });

  it('count each batch of a destination', () => {
    expect(allot([{ destination: forEach, contacts: 40 }], 50)[0]?.contacts).toBe(40);
    expect(allot([{ destination: forEach, contacts: 40 }], 41)[0]?.contacts).toBe(39);
  });

  it('are shared by two that ask for each contact', () => {
    const wishes = [
      { destination: forEach, contacts: 40 },
      { destination: forEach, contacts: 40 },
    ];
    expect(allot(wishes, 20).map(({ contacts }) => contacts)).toEqual([9, 9]);
  });

  it('are without limit for a command', () => {
    const [only] = allot([{ destination: forEach, contacts: 1000 }], Number.POSITIVE_INFINITY);
    expect(only).toEqual({ contacts: 1000, requests: Number.POSITIVE_INFINITY });
  });

  it('are never exceeded, whatever is wished for', () => {
    const wish = fc.record({
      destination: fc.constantFrom(forAll, forEach),
      contacts: fc.nat({ max: 200 }),
    });
    const isWithin = fc.property(
      fc.array(wish, { maxLength: 5 }),
      fc.nat({ max: 300 }),
      (wishes, left) => {
        const granted = allot(wishes, left);
        const requests = granted.reduce((total, one) => total + one.requests, 0);
        expect(requests).toBeLessThanOrEqual(left);
        for (const [index, { contacts }] of granted.entries()) {
          expect(contacts).toBeLessThanOrEqual(wishes[index]?.contacts ?? 0);
        }
      },
    );
    fc.assert(isWithin);
  });
});
