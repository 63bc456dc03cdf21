// When the operator is told of a fault: once, again a day later, and when it is over.
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/health/alerts/finding.ts';
import { type KnownFault, nextAlerts } from '../../src/health/alerts/next-alerts.ts';

const refused: Finding = { check: 'refused', about: 'stripe', what: 'Refused.', fix: 'Fix it.' };
const silent: Finding = { check: 'silent', about: 'clerk', what: 'Silent.', fix: 'See.' };

/** Runs of cron, five minutes apart, with what each finds. `accepts`: whether the receiver takes what it is told. */
function runs(
  found: readonly (readonly Finding[])[],
  accepts: (run: number) => boolean = () => true,
  minutes = 5,
): string[] {
  let known: KnownFault[] = [];
  const told: string[] = [];
  for (const [run, findings] of found.entries()) {
    const next = nextAlerts(known, findings, Date.UTC(2026, 10, 26) + run * minutes * 60_000);
    const faults = new Map(next.faults.map((fault) => [fault.name, fault]));
    for (const { kind, fault, after } of next.tellings) {
      if (!accepts(run)) {
        faults.set(fault.name, fault);
        continue;
      }
      told.push(`${run} ${kind} ${fault.name}`);
      if (after) faults.set(fault.name, after);
      else faults.delete(fault.name);
    }
    known = [...faults.values()];
  }
  return told;
}
const times = (count: number, findings: readonly Finding[]) =>
  Array.from({ length: count }, () => findings);

describe('the operator', () => {
  it('is told of a fault that lasts for two runs, and when it is over', () => {
    expect(runs([[], [refused], [refused], [refused], [], []])).toEqual([
      '2 raised refused:stripe',
      '4 resolved refused:stripe',
    ]);
  });

  it('hears nothing of a fault that comes and goes', () => {
    expect(runs(times(20, []).map((none, run) => (run % 2 === 0 ? [refused] : none)))).toEqual([]);
  });

  it('hears of a flapping fault one pair for each time that it lasts', () => {
    expect(runs([[refused], [refused], [], [refused], [], [refused], [refused], []])).toEqual([
      '1 raised refused:stripe',
      '2 resolved refused:stripe',
      '6 raised refused:stripe',
      '7 resolved refused:stripe',
    ]);
  });

  it('is reminded a day later, and every day', () => {
    expect(runs(times(60, [refused]), undefined, 60)).toEqual([
      '1 raised refused:stripe',
      '25 reminder refused:stripe',
      '49 reminder refused:stripe',
    ]);
  });

  it('hears of two faults apart', () => {
    expect(runs([[refused], [refused, silent], [silent], [silent]])).toEqual([
      '1 raised refused:stripe',
      '2 raised silent:clerk',
      '2 resolved refused:stripe',
    ]);
  });

  it('is told by a later run while the receiver does not accept it', () => {
    const down = (run: number) => run >= 4;
    expect(runs(times(6, [refused]), down)).toEqual(['4 raised refused:stripe']);
    const away = (run: number) => run < 3 || run >= 6;
    expect(runs([[refused], [refused], [refused], [], [], [], []], away)).toEqual([
      '1 raised refused:stripe',
      '6 resolved refused:stripe',
    ]);
  });

  it('hears nothing of a fault that was over before anybody could be told', () => {
    expect(runs([[refused], [refused], [refused], [], []], () => false)).toEqual([]);
  });

  it('hears once of a fault that is found twice', () => {
    expect(runs(times(3, [refused, refused]))).toEqual(['1 raised refused:stripe']);
  });

  it('hears nothing twice when the clock jumps back', () => {
    const day = 24 * 60;
    let known: KnownFault[] = [];
    const told: string[] = [];
    for (const minute of [0, 5, 10, -day, -day + 5, 15]) {
      const next = nextAlerts(known, [refused], Date.UTC(2026, 10, 26) + minute * 60_000);
      told.push(...next.tellings.map(({ kind }) => `${minute} ${kind}`));
      known = next.tellings.flatMap(({ after }) => after ?? []);
      if (next.tellings.length === 0) known = [...next.faults];
    }
    expect(told).toEqual(['5 raised']);
  });
});
