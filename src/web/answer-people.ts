// Answers a question about people, and the same question about the period that it is compared with.
import type { LedgerDatabase } from '../ledger/database.ts';
import { type Answered, answer, type Dimension } from '../ledger/people/question.ts';
import { type Pace, readRollUps } from '../ledger/people/roll-ups.ts';
import { type PeopleQuery, peopleFilters } from './people-query.ts';
import { comparedWith, daysBetween, type Period, periodOf } from './period.ts';
import { UTC, zone } from './time-zone.ts';

export interface PeopleAnswer {
  period: Period;
  zoneName: string;
  now: Answered;
  /** The days or other parts of the period, each by its first day. */
  steps: readonly string[];
  /** Of the period that it is compared with. */
  before: { period: Period; answered: Answered } | undefined;
}

/** `stepsOf` makes the parts of the days. */
export async function answerPeople(
  { ledger, now }: { ledger: LedgerDatabase; now(): number },
  query: PeopleQuery,
  by: readonly Dimension[],
  pace: Pace,
  stepsOf: (days: readonly string[]) => readonly string[] = (days) => days,
): Promise<PeopleAnswer> {
  const { compare, zone: zoneName = UTC, touch = 'first' } = query;
  const period = periodOf(query, zoneName, now());
  const before = compare && comparedWith(period, compare, zoneName);
  const rollUps = await readRollUps(
    ledger,
    {
      fromMs: Math.min(period.fromMs, before?.fromMs ?? period.fromMs),
      untilMs: Math.max(period.untilMs, before?.untilMs ?? period.untilMs),
    },
    now(),
    pace,
  );
  const steps = stepsOf(daysBetween(period.from, period.to));
  const there = zone(zoneName);
  const question = { touch, by, filters: peopleFilters(query) };
  return {
    period,
    zoneName,
    steps,
    now: answer(rollUps, {
      ...question,
      fromMs: period.fromMs,
      untilMs: period.untilMs,
      steps: steps.map((day, index) => (index === 0 ? period.fromMs : there.startOf(day))),
    }),
    before: before && {
      period: before,
      answered: answer(rollUps, {
        ...question,
        fromMs: before.fromMs,
        untilMs: before.untilMs,
        steps: [before.fromMs],
      }),
    },
  };
}
