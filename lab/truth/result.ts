// The result of `npm run truth` as tables, and whether a run meets its targets.
import Table from 'cli-table3';
import type { Played, Run } from './play.ts';
import type { Moment, Tally, Verdict } from './verdict.ts';

/** At least so many of those who can be known are right, and at most so many of all are wrong. */
export interface Target {
  right: number;
  wrong: number;
}
export interface Scenario {
  /** Of its figures. */
  id: string;
  title: string;
  run: Run;
  /** A moment without a target is only shown. */
  targets: Partial<Record<Moment, Target>>;
}

export type Verdicts = Readonly<Record<Moment, Verdict>>;
export const MOMENTS: readonly Moment[] = ['atOnce', 'after'];

export const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const percent = (part: number, whole: number) => `${(100 * share(part, whole)).toFixed(1)} %`;

export function meets({ people, knowable, right, wrong }: Tally, target: Target): boolean {
  return share(right, knowable) >= target.right && share(wrong, people) <= target.wrong;
}

export const NAMES: Readonly<Record<Moment, string>> = { atOnce: 'At once', after: 'After it' };

export function print({ title, targets }: Scenario, played: Played, verdicts: Verdicts): void {
  const table = new Table({
    head: [
      ...['', 'people', 'known', 'at once: right', 'open', 'later', 'wrong', 'requests'],
      ...['after it: right', 'open', 'wrong', 'requests'],
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 11 }, () => 'right' as const)],
  });
  const { atOnce, after } = verdicts;
  const add = (name: string, before: Tally, then: Tally) => {
    const each = ({ requests, people }: Tally) => share(requests, people).toFixed(2);
    const early = [before.right, before.open, before.later, before.wrong, each(before)];
    const late = [then.right, then.open, then.wrong, each(then)];
    table.push([name, then.people, then.knowable, ...early, ...late]);
  };
  for (const [kind, tally] of after.byKind) add(kind, atOnce.byKind.get(kind) ?? tally, tally);
  add('all', atOnce.total, after.total);
  console.log(`\n${title}\n${table}`);
  for (const moment of MOMENTS) {
    const tally = verdicts[moment].total;
    const target = targets[moment];
    const mark = target === undefined ? '' : meets(tally, target) ? ' ✓' : ' ✗';
    const { right, knowable, wrong, people, requests } = tally;
    console.log(
      `${NAMES[moment]}: ${percent(right, knowable)} right of what can be known then, ${percent(wrong, people)} wrong, ${share(requests, people).toFixed(2)} requests to DataFast per signup${mark}`,
    );
  }
  const { right, later } = atOnce.total;
  console.log(
    `Later: ${later} people, because the list was down, or they are of a backfill that came before the list had proved itself. With them it is ${percent(right, after.total.knowable)} at once.`,
  );
  const { visitor, map, list } = played.requests;
  console.log(
    `Requests to DataFast: ${visitor} for visitors, ${map} for the map, ${list} for the list.`,
  );
}
