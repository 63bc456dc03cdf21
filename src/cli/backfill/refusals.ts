// Why rows are refused: grouped, with an example of each, because thousands of rows have the same mistake.
import type { RefusedRow } from './journal.ts';

interface Reason {
  problem: string;
  rows: number;
  /** The first row with it, and its cell where that may be shown. */
  example: string;
}

export interface Refusals {
  add(rows: readonly RefusedRow[]): void;
  /** The most frequent first. */
  list(): readonly Reason[];
  /** For the terminal: how many, why, and where all of them stand. */
  text(refused: number, reportPath: string): string;
}

const SHOWN = 5;

/** Collects the refusals of one run. */
export function openRefusals(): Refusals {
  const reasons = new Map<string, Reason>();
  const list = () => [...reasons.values()].toSorted((a, b) => b.rows - a.rows);
  return {
    add(rows) {
      for (const row of rows) {
        const { problem } = row;
        const reason = reasons.get(problem);
        if (reason) reason.rows += 1;
        else reasons.set(problem, { problem, rows: 1, example: exampleOf(row) });
      }
    },
    list,
    text(refused, reportPath) {
      const all = list();
      const lines = all
        .slice(0, SHOWN)
        .map(({ problem, rows, example }) => `  ${rows} × ${problem} (${example})`);
      const others = all.length > SHOWN ? [`  and ${all.length - SHOWN} other reasons`] : [];
      const isAboutDates = all[0]?.problem.startsWith('signed_up_at is not');
      const hint = isAboutDates
        ? ["  --dates says how dates are written, e.g. 'DD.MM.YYYY HH:mm'"]
        : [];
      return [`${refused} are refused: see ${reportPath}`, ...lines, ...others, ...hint].join('\n');
    },
  };
}

/** A date is shown as it stands. An email is not. */
function exampleOf({ number, problem, row }: RefusedRow): string {
  const isAboutDate = problem.startsWith('signed_up_at') && row.signed_up_at !== undefined;
  return isAboutDate ? `row ${number}: “${row.signed_up_at}”` : `row ${number}`;
}
