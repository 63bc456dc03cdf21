// People over time by channel. The script draws the chart from the table. Without a script, there is only the table.
import { html } from 'hono/html';
import type { PeopleAnswer } from '../../answer-people.ts';
import { NONE } from '../../people-query.ts';
import { addDays } from '../../time-zone.ts';
import type { Formats } from '../formats.ts';
import type { Markup } from '../page.ts';
import { humanize } from '../words.ts';
import { INTERVALS, type Interval, type Question } from './page-query.ts';
import { valueWords } from './question-bar.ts';

/** More columns than this cannot be told apart. */
const MOST_DAYS = 92;
const MOST_WEEKS = 400;

export const intervalOf = ({ every }: Question, days: number): Interval =>
  every ?? (days <= MOST_DAYS ? 'day' : days <= MOST_WEEKS ? 'week' : 'month');

/** The first day of each part of the period; a week begins on Monday. */
export function partsOf(days: readonly string[], interval: Interval): readonly string[] {
  const isFirst = (day: string) =>
    interval === 'day' ||
    (interval === 'month' ? day.endsWith('-01') : new Date(day).getUTCDay() === 1);
  return days.filter((day, index) => index === 0 || isFirst(day));
}

export function chartCard(
  { steps, now, period }: PeopleAnswer,
  question: Question,
  interval: Interval,
  formats: Formats,
): Markup {
  // The most people first, as in the chart.
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  const series = [...now.series].sort(([, a], [, b]) => sum(b) - sum(a));
  const name = (value: string | null) => valueWords('channel', value, formats, question.touch);
  const link = (every: Interval) =>
    html`<a href="${question.link({ every })}"${every === interval ? html` aria-current="true"` : ''}>${humanize(every)}</a>`;
  const last = (index: number) => addDays(steps[index + 1] ?? addDays(period.to, 1), -1);
  const words = (index: number) => {
    const day = steps[index] ?? period.from;
    return interval === 'day'
      ? formats.day(day)
      : `${formats.day(day)} – ${formats.day(last(index))}`;
  };
  const within = (index: number) =>
    question.link({
      days: undefined,
      period: undefined,
      from: steps[index] ?? period.from,
      to: last(index),
    });
  return html`<section class="card"><div class="head"><h2>People by channel</h2><nav class="switch" aria-label="Each column is a">${INTERVALS.map(link)}</nav></div>
<div class="canvas"><canvas id="chart" role="img" tabindex="0" aria-label="People by ${interval} and channel; the table below has the same figures. Left and right go from column to column, Enter shows only that ${interval}."></canvas></div>
<p class="spoken" id="chart-says" role="status"></p>
<details><summary>The figures as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="People by ${interval} and channel"><table id="by-day" data-live>
<thead><tr><th scope="col">${humanize(interval)}</th>${series.map(([value]) => html`<th scope="col" class="number"><a href="${question.link({ channel: value ?? NONE })}">${name(value)}</a></th>`)}<th scope="col" class="number">In all</th></tr></thead>
<tbody>${steps.map((day, index) => html`<tr data-day="${day}"><th scope="row"><a href="${within(index)}">${words(index)}</a></th>${series.map(([, counts]) => html`<td class="number">${counts[index] ?? 0}</td>`)}<td class="number">${now.steps[index]?.people ?? 0}</td></tr>`)}</tbody>
</table></div></details></section>`;
}
