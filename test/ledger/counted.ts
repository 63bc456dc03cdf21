// People as the ledger counts them, for tests.
import { env } from 'cloudflare:workers';
import {
  type Answered,
  answer,
  type Dimension,
  type Question,
  type Row,
} from '../../src/ledger/people/question.ts';
import { AT_ONCE, readRollUps } from '../../src/ledger/people/roll-ups.ts';

const DAY_MS = 86_400_000;

/** Of the last days in UTC, today included. */
export async function counted(
  nowMs: number,
  by: Dimension = 'channel',
  more: Partial<Question> & { days?: number } = {},
): Promise<Omit<Answered, 'rows'> & { rows: readonly Row[] }> {
  const { days = 30, ...question } = more;
  const untilMs = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  const period = { fromMs: untilMs - days * DAY_MS, untilMs };
  const steps = Array.from({ length: days }, (_, index) => period.fromMs + index * DAY_MS);
  const answered = answer(await readRollUps(env.LEDGER, period, nowMs, AT_ONCE), {
    ...period,
    touch: 'first',
    filters: {},
    by: [by],
    steps,
    ...question,
  });
  return { ...answered, rows: answered.rows[by] ?? [] };
}

/** How many people each value has. */
export async function countsBy(
  by: Dimension,
  nowMs: number,
  more: Partial<Question> & { days?: number } = {},
): Promise<Record<string, number>> {
  const { rows } = await counted(nowMs, by, more);
  return Object.fromEntries(rows.map(({ value, people }) => [value ?? '(none)', people]));
}
