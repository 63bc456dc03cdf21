// Totals of people, for operators who build their own reports.
import { Hono } from 'hono/tiny';
import type { Recounted, Stats } from '../api/stats.ts';
import type { Dimension } from '../ledger/people/question.ts';
import { AT_ONCE, countAllAgain } from '../ledger/people/roll-ups.ts';
import { readUnfinished } from '../ledger/unfinished.ts';
import { answerPeople, type PeopleAnswer } from './answer-people.ts';
import { csvLine, csvResponse } from './csv.ts';
import { readParameters } from './input.ts';
import { PeopleQuery, wrongPeriod } from './people-query.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export function stats(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    // A filter that is ignored would give a definite answer to another question.
    const unknown = Object.keys(c.req.query()).find((name) => !(name in PeopleQuery.shape));
    if (unknown !== undefined) {
      const names = Object.keys(PeopleQuery.shape).join(', ');
      return problem(400, `A parameter is not one of ${names}.`);
    }
    const { values, refusal } = readParameters(PeopleQuery, c.req.query());
    if (refusal) return refusal;
    const wrong = wrongPeriod(values, c.env.now());
    if (wrong !== undefined) return problem(400, wrong);
    const { by = 'day', touch = 'first', compare = null } = values;
    const [answered, unfinished] = await Promise.all([
      answerPeople(c.env, values, by === 'day' ? [] : [by], AT_ONCE),
      readUnfinished(c.env.ledger),
    ]);
    const rows = by === 'day' ? dayRows(answered) : rowsOf(answered, by);
    if (values.format === 'csv') return csvOf(by, rows);
    const { period, zoneName, before } = answered;
    return c.json({
      from: period.from,
      to: period.to,
      zone: zoneName,
      touch,
      ...answered.now.total,
      by,
      rows,
      compare,
      previous: before
        ? { from: before.period.from, to: before.period.to, ...before.answered.total }
        : null,
      ...unfinished,
    } satisfies Stats);
  });

  app.post('/recount', async (c) =>
    c.json({ days: await countAllAgain(c.env.ledger) } satisfies Recounted),
  );

  return app;
}

const dayRows = ({ steps, now }: PeopleAnswer) =>
  now.steps.map((figures, index) => ({ value: steps[index] ?? null, ...figures, previous: null }));

/** Each with how many people there were before. */
function rowsOf({ now, before }: PeopleAnswer, by: Dimension) {
  const people = new Map(before?.answered.rows[by]?.map((row) => [row.value, row.people]));
  return (now.rows[by] ?? []).map((row) => ({
    ...row,
    previous: before ? (people.get(row.value) ?? 0) : null,
  }));
}

const FIGURES = [
  'people',
  'previous',
  'matched',
  'known',
  'delivered',
  'failed',
  'customers',
  'meanScore',
  'meanExpectedValue',
  'expectedValue',
  'medianDaysToSignup',
] as const;

function csvOf(by: string, rows: Stats['rows']): Response {
  async function* lines() {
    yield csvLine([by, ...FIGURES.map(snakeCase)]);
    for (const row of rows) yield csvLine([row.value, ...FIGURES.map((name) => row[name])]);
  }
  return csvResponse(`people-by-${by}.csv`, lines());
}

/** `meanScore` → `mean_score`, as the columns of the other file. */
const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
