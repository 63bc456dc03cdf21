// How often the check of the match rate wakes somebody for nothing, and how soon it sees a cookie that is lost: thousands
// of simulated months, with a fixed seed.
import { describe, expect, it } from 'vitest';
import { falseAlarms, RATES, seenAfter, USUAL_SHARE } from '../../lab/bench/drops.ts';
import { findMatchFaults } from '../../src/health/alerts/find-match-faults.ts';
import { findDrop } from '../../src/health/alerts/match-drop.ts';
import type { KnownFault } from '../../src/health/alerts/next-alerts.ts';
import type { MatchFact } from '../../src/ledger/alert-facts.ts';
import { createChance } from '../../stand-ins/chance.ts';

const MONTHS = 120;

it.each(Object.entries(RATES))(
  'a healthy month with %s wakes somebody in less than one of a hundred',
  (_, looks) => {
    expect(falseAlarms(looks, MONTHS) / MONTHS).toBeLessThan(0.01);
  },
);

describe('a drop', () => {
  it.each(Object.entries(RATES))('to nobody, with %s, is seen within 18 signups', (_, looks) => {
    const [median, late] = seenAfter(looks, 0);
    expect(median).toBeLessThanOrEqual(17);
    expect(late).toBeLessThanOrEqual(18);
  });

  it.each(Object.entries(RATES))(
    'to 30 percent, with %s, is seen within 90 signups',
    (_, looks) => {
      const [median, late] = seenAfter(looks, 0.3);
      expect(median).toBeLessThanOrEqual(50);
      expect(late).toBeLessThanOrEqual(90);
    },
  );

  const shares = (recent: number, of: number, before: number, ofBefore: number) => [
    ...Array.from({ length: of }, (_, n) => n < recent),
    ...Array.from({ length: ofBefore }, (_, n) => n < before),
  ];

  it('of 30 points or less is none, however sure it is', () => {
    expect(findDrop(shares(30, 60, 160, 200), 1)).toBeUndefined();
    expect(findDrop(shares(29, 60, 160, 200), 1)).toBeDefined();
  });

  it('needs twenty signups before the last twenty', () => {
    expect(findDrop(shares(0, 20, 19, 19), 1)).toBeUndefined();
    expect(findDrop(shares(0, 20, 20, 20), 1)).toBeDefined();
  });

  it('must be the surer, the more often it is looked for', () => {
    expect(findDrop(shares(4, 20, 150, 200), 100)).toBeDefined();
    expect(findDrop(shares(4, 20, 150, 200), 100_000)).toBeUndefined();
  });
});

describe('a drop that is known', () => {
  const DAY_MS = 86_400_000;
  function dropped() {
    const chance = createChance('known');
    const facts: MatchFact[] = [];
    const come = (count: number, share: number) => {
      for (let n = 0; n < count; n += 1) {
        facts.unshift({ source: 'stripe', match: chance() < share ? 'matched' : 'no_visitor_id' });
      }
    };
    const findings = (known: readonly KnownFault[] = [], nowMs = 0) =>
      findMatchFaults({ facts, signupsOf: () => 330, known }, nowMs);
    come(260, USUAL_SHARE);
    come(25, 0);
    const [finding] = findings();
    if (!finding) throw new Error('the drop is not seen');
    const fault: KnownFault = {
      name: 'match_rate:stripe',
      since: new Date(0).toISOString(),
      runs: 2,
      raisedAt: new Date(0).toISOString(),
      remindedAt: null,
      finding,
    };
    return { come, findings, fault };
  }

  it('is not over because those before the last ones were lost, too', () => {
    const { come, findings, fault } = dropped();
    come(250, 0);
    expect(findings([fault], DAY_MS)).toEqual([fault.finding]);
  });

  it('is over once the last ones are nearly as before', () => {
    const { come, findings, fault } = dropped();
    come(20, USUAL_SHARE);
    expect(findings([fault], DAY_MS)).toEqual([]);
  });

  it('does not come and go when half is won back', () => {
    const { come, findings, fault } = dropped();
    come(40, 0.45);
    expect(findings([fault], DAY_MS)).toEqual([fault.finding]);
  });

  it('is the usual share after two weeks', () => {
    const { come, findings, fault } = dropped();
    come(250, 0);
    expect(findings([fault], 15 * DAY_MS)).toEqual([]);
  });

  it('stays while too little of the source was read', () => {
    const { fault } = dropped();
    const read = { facts: [], signupsOf: () => 330, known: [fault] };
    expect(findMatchFaults(read, DAY_MS)).toEqual([fault.finding]);
  });
});
