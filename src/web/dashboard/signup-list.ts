// The list of signups with search, filters and pages. It is a plain GET form.
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import { LOOKED_AT } from '../../ledger/list.ts';
import type { SignupRow } from '../../ledger/query.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../../model.ts';
import { isoOf } from '../../time.ts';
import type { PeopleAnswer } from '../answer-people.ts';
import type { Period } from '../period.ts';
import type { Formats } from './formats.ts';
import type { Question } from './overview/page-query.ts';
import { type Markup, time } from './page.ts';
import { humanize } from './words.ts';

/** The choices of the form. Everything else of the question is kept. */
const CHOICES = ['q', 'status', 'match', 'channel', 'source'] as const;
type Choice = (typeof CHOICES)[number];

export interface Around {
  /** The people that the figures above count. */
  answered: PeopleAnswer;
  providers: readonly string[];
  formats: Formats;
}

export function signupList(
  { items, nextCursor }: { items: readonly SignupRow[]; nextCursor: string | undefined },
  question: Question,
  { answered, providers, formats }: Around,
): Markup {
  const { link } = question;
  const { people } = answered.now.total;
  const choice = (name: Choice, label: string, options: readonly string[]) =>
    html`<label>${label}<select name="${name}"><option value="">All</option>
${options.map((option) => html`<option value="${option}"${option === question[name] ? html` selected` : ''}>${humanize(option)}</option>`)}</select></label>`;
  const kept = [...question.search].filter(([name]) => !CHOICES.some((one) => one === name));
  const isChosen = CHOICES.some((name) => question[name] !== undefined);
  const none = Object.fromEntries(CHOICES.map((name) => [name, undefined]));
  return html`<section class="card" id="list"><h2>Every signup</h2>
<form class="filters" method="get" action="/#list" role="search">
<label class="wide">Search<input type="search" name="q" value="${question.q ?? ''}" placeholder="Email, visitor ID or signup ID" maxlength="320"></label>
${choice('status', 'Status', DELIVERY_STATUSES)}
${choice('match', 'Match', MATCHES)}
${choice('channel', 'Channel', CHANNELS)}
${choice('source', 'Provider', providers)}
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>Filter</button>${isChosen ? html`<a href="${link(none)}#list">Show all</a>` : ''}
</form>
<div id="rows" data-live><p class="hint">${
    question.q === undefined
      ? `Webhooks of the period, newest first. They are of ${formats.number(people)} ${people === 1 ? 'person' : 'people'}: one person may have several.`
      : 'Found in all the time that the ledger keeps.'
  }</p>${
    items.length === 0
      ? html`<p class="hint">${nextCursor === undefined ? 'No signup matches. Search finds whole IDs and the beginning of an email.' : `No signup matches among the ${formats.number(LOOKED_AT)} that were looked at.`}</p>`
      : html`<table class="signups">
<thead><tr><th scope="col">Who</th><th scope="col">Status</th><th scope="col">Channel</th><th scope="col">Match</th><th scope="col">Provider</th><th scope="col">Signed up</th></tr></thead>
<tbody>${items.map(row)}</tbody></table>`
  }
${nextCursor === undefined ? '' : html`<p><a href="${link({ cursor: nextCursor })}#list" rel="next">Older signups</a></p>`}</div>
<p class="hint"><a href="/api/signups?${csvQuery(question, answered.period)}" download>Download as CSV</a></p></section>`;
}

function row({ id, email, status, channel, match, source, occurredAt }: SignupRow): Markup {
  const cell = (value: string | null) =>
    value === null ? html`<td class="none">–</td>` : html`<td>${value}</td>`;
  return html`<tr><th scope="row"><a href="${storyPath(id)}">${email ?? id}</a></th><td class="state">${badge(status)}</td>${cell(channel)}${cell(match && humanize(match))}${cell(source)}<td>${time(occurredAt)}</td></tr>`;
}

export const badge = (status: string) =>
  html`<span class="badge ${status}">${humanize(status)}</span>`;

/** The same signups, as a file. */
function csvQuery({ search, q }: Question, { fromMs, untilMs }: Period): string {
  const own = new URLSearchParams(search);
  for (const name of ['days', 'period', 'from', 'to', 'compare', 'by', 'every']) own.delete(name);
  if (q === undefined) {
    own.set('from', isoOf(fromMs));
    own.set('to', isoOf(untilMs));
  }
  own.set('format', 'csv');
  return own.toString();
}
