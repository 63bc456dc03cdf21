// What brought the people: one dimension at a time, and a click makes a value a filter.
import { html } from 'hono/html';
import { DIMENSIONS, type Dimension, type Row } from '../../../ledger/people/question.ts';
import type { PeopleAnswer } from '../../answer-people.ts';
import { FILTER_OF, NONE } from '../../people-query.ts';
import type { Formats } from '../formats.ts';
import type { Markup } from '../page.ts';
import type { Question } from './page-query.ts';
import { DIMENSION_WORDS, valueWords } from './question-bar.ts';
import { change } from './tiles.ts';

/** Those that marketers ask for. The others are filters. */
const TABS = DIMENSIONS.filter((dimension) => dimension !== 'match' && dimension !== 'status');
/** The rest is folded. */
const SHOWN = 10;
/** An address with more rows is too large a page; the file has them all. */
const MOST = 200;

export const tabOf = ({ by }: Question): Dimension => TABS.find((tab) => tab === by) ?? 'channel';

export function breakdown(answered: PeopleAnswer, question: Question, formats: Formats): Markup {
  const tab = tabOf(question);
  const rows = answered.now.rows[tab] ?? [];
  const before = new Map(
    answered.before?.answered.rows[tab]?.map((row) => [row.value, row.people]),
  );
  const table = (
    some: readonly Row[],
    id: string,
  ) => html`<div class="scroll tall" tabindex="0" role="region" aria-label="People by ${DIMENSION_WORDS[tab]}"><table id="${id}" class="breakdown">
<thead><tr><th scope="col">${DIMENSION_WORDS[tab]}</th><th scope="col" class="number">People</th><th scope="col" class="number">Share</th>${answered.before ? html`<th scope="col" class="number">Change</th>` : ''}<th scope="col" class="number roomy"><abbr title="Mean lead score of DataFast, 0 to 100">Score</abbr></th><th scope="col" class="number"><abbr title="Expected value of all together, US dollars">Value</abbr></th><th scope="col" class="number"><abbr title="Customers: who have paid within the period">Paid</abbr></th><th scope="col" class="number roomy"><abbr title="Median of the days from the first visit to the signup">Days</abbr></th></tr></thead>
<tbody>${some.map((row) => line(row))}</tbody></table></div>`;
  const most = rows[0]?.people ?? 0;
  const line = (row: Row) => {
    const { value, people, meanScore, expectedValue, customers, medianDaysToSignup } = row;
    return html`<tr><th scope="row"><a href="${question.link({ [FILTER_OF[tab]]: value ?? NONE })}">${valueWords(tab, value, formats, question.touch)}</a><meter min="0" max="${most}" value="${people}" aria-hidden="true"></meter></th><td class="number">${formats.number(people)}</td><td class="number">${formats.share(people, answered.now.total.people)}</td>${answered.before ? html`<td class="number">${change({ now: people, before: before.get(value) ?? 0 }, formats, value !== null)}</td>` : ''}<td class="number roomy">${formats.number(meanScore)}</td><td class="number">${formats.money(expectedValue)}</td><td class="number">${formats.number(customers)}</td><td class="number roomy">${formats.number(medianDaysToSignup)}</td></tr>`;
  };
  const rest = rows.slice(SHOWN, MOST);
  const file = new URLSearchParams(question.search);
  for (const name of ['every', 'q']) file.delete(name);
  file.set('by', tab);
  file.set('zone', answered.zoneName);
  file.set('format', 'csv');
  return html`<section class="card"><div class="head"><h2>What brought them</h2></div>
<nav class="tabs" aria-label="Told apart by">${TABS.map((one) => html`<a href="${question.link({ by: one === 'channel' ? undefined : one })}"${one === tab ? html` aria-current="true"` : ''}>${DIMENSION_WORDS[one]}</a>`)}</nav>
<div id="breakdown" data-live>${
    rows.length === 0
      ? html`<p class="hint">Nobody signed up.</p>`
      : html`${table(rows.slice(0, SHOWN), 'brought-by')}${rest.length > 0 ? html`<details><summary>${formats.number(rows.length - SHOWN)} more</summary>${table(rest, 'brought-by-more')}${rows.length > MOST ? html`<p class="hint">The file has all ${formats.number(rows.length)}.</p>` : ''}</details>` : ''}`
  }</div>
<p class="hint"><a href="/api/stats?${file.toString()}" download>Download as CSV</a></p></section>`;
}
