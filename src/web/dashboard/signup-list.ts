// The list of signups with search, filters and pages: a plain GET form, and another one that replays what is selected.
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import { LOOKED_AT } from '../../ledger/list.ts';
import type { SignupRow } from '../../ledger/query.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../../model.ts';
import { isoOf } from '../../time.ts';
import type { PeopleAnswer } from '../answer-people.ts';
import type { Caller } from '../caller.ts';
import { nameOf } from '../for-viewer.ts';
import type { Period } from '../period.ts';
import type { Formats } from './formats.ts';
import { searchOf } from './list-context.ts';
import { PERIOD, type Question } from './overview/page-query.ts';
import { type Markup, proofField, time } from './page.ts';
import { decimal, humanize } from './words.ts';

/** The choices of the form. Everything else of the question is kept. */
const CHOICES = ['q', 'status', 'match', 'channel', 'source', 'reason'] as const;
type Choice = (typeof CHOICES)[number];

export interface Around {
  /** The people that the figures above count. */
  answered: PeopleAnswer;
  providers: readonly string[];
  caller: Caller | undefined;
  formats: Formats;
  /** What the operator has just done. */
  done: string | null;
}

export function signupList(
  { items, nextCursor }: { items: readonly SignupRow[]; nextCursor: string | undefined },
  question: Question,
  { answered, providers, caller, formats, done }: Around,
): Markup {
  const { link, q, reason } = question;
  const choice = (name: Choice, label: string, options: readonly string[]) =>
    html`<label>${label}<select name="${name}"><option value="">All</option>
${options.map((option) => html`<option value="${option}"${option === question[name] ? html` selected` : ''}>${humanize(option)}</option>`)}</select></label>`;
  const kept = [...question.search].filter(([name]) => !CHOICES.some((one) => one === name));
  const isChosen = CHOICES.some((name) => question[name] !== undefined);
  const none = Object.fromEntries(CHOICES.map((name) => [name, undefined]));
  const all = listQuery(question);
  const dated = withPeriod(all, answered.period);
  // Who asks for no period may go on to older signups.
  const own = PERIOD.some((name) => question.search.has(name)) ? dated : all;
  const isMasked = caller?.role !== 'operator';
  const selects = caller?.role === 'operator' && items.length > 0;
  const whose =
    'Webhooks of the period, newest first. One person may have several, and counts once in the figures above.';
  const rows = html`<div id="rows" data-live><p class="hint">${q === undefined ? whose : 'Found in all the time that the ledger keeps.'}</p>${
    items.length === 0
      ? html`<p class="hint">${nextCursor === undefined ? 'No signup matches. Search finds whole IDs and the beginning of an email.' : `No signup matches among the ${formats.number(LOOKED_AT)} that were looked at.`}</p>`
      : html`<table class="signups">
<thead><tr>${selects && html`<th class="pick"><span class="hidden">Select</span></th>`}<th scope="col">Who</th><th scope="col">Status</th><th scope="col">Channel</th><th scope="col">Match</th><th scope="col">Provider</th><th scope="col">Signed up</th></tr></thead>
<tbody>${items.map((item) => row(item, { selects, isMasked, search: searchOf(own) }))}</tbody></table>`
  }
${nextCursor === undefined ? '' : html`<p><a href="${link({ cursor: nextCursor })}#list" rel="next">Older signups</a></p>`}</div>`;
  return html`<section class="card" id="list"><h2>Every signup</h2>${notice(done)}
<form class="filters" method="get" action="/#list" role="search">
<label class="wide">Search<input type="search" name="q" value="${q ?? ''}" placeholder="Email, visitor ID or signup ID" maxlength="320"></label>
${choice('status', 'Status', DELIVERY_STATUSES)}
${choice('match', 'Match', MATCHES)}
${choice('channel', 'Channel', CHANNELS)}
${choice('source', 'Provider', providers)}
${reason === undefined ? '' : choice('reason', 'Reason', [reason])}
${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>Filter</button>${isChosen ? html`<a href="${link(none)}#list">Show all</a>` : ''}
</form>
${
  selects
    ? html`<form method="post" action="/replay">${proofField(caller.proof)}<input type="hidden" name="list" value="${question.search.toString()}">
${rows}<div class="actions"><button class="quiet" data-selected>Replay the selected</button>${replayAllLink(question)}</div></form>`
    : rows
}
<p class="hint"><a href="/api/signups${searchOf(dated)}&amp;format=csv" download>Download as CSV</a></p></section>`;
}

/** What belongs to the figures, and not to the list. */
const OF_THE_FIGURES = [...PERIOD, 'compare', 'by', 'every'];

/** The query of the list itself, from its first page, without a period. */
function listQuery({ search }: Question): URLSearchParams {
  return new URLSearchParams([...search].filter(([name]) => !OF_THE_FIGURES.includes(name)));
}

/** The same with the period as moments. A search has none. */
function withPeriod(list: URLSearchParams, { fromMs, untilMs }: Period): URLSearchParams {
  const period = { from: isoOf(fromMs), to: isoOf(untilMs) };
  return list.has('q') ? list : new URLSearchParams([...list, ...Object.entries(period)]);
}

function row(
  { id, email, status, channel, match, source, occurredAt }: SignupRow,
  { selects, isMasked, search }: { selects: boolean; isMasked: boolean; search: string },
): Markup {
  const who = nameOf({ id, email }, isMasked);
  const cell = (value: string | null) =>
    value === null ? html`<td class="none">–</td>` : html`<td>${value}</td>`;
  return html`<tr>${selects && html`<td class="pick"><input type="checkbox" name="id" value="${id}" aria-label="Select ${who}"></td>`}<th scope="row"><a href="${storyPath(id)}${search}">${who}</a></th><td class="state">${badge(status)}</td>${cell(channel)}${cell(match && humanize(match))}${cell(source)}<td>${time(occurredAt)}</td></tr>`;
}

/** Only what has not arrived, because a replay of everybody is rarely meant. */
function replayAllLink({ status, reason = '', search }: Question): Markup | string {
  if (!status || status === 'delivered') return '';
  const query = new URLSearchParams({ status, reason, list: search.toString() });
  return html`<a class="button" href="/replay?${query.toString()}">Replay all ${status}${reason && ' of this reason'}</a>`;
}

/** What the operator has just replayed: `replayed:<on the queue>:<unreadable>`. */
function notice(done: string | null): Markup | string {
  const [, replayed, unreadable] = /^replayed:(\d{1,9}):(\d{1,9})$/.exec(done ?? '') ?? [];
  if (replayed === undefined) return '';
  const are = replayed === '1' ? '1 signup is' : `${decimal(Number(replayed))} signups are`;
  return html`<p class="notice good" role="status">${are} on the queue again.${unreadable !== '0' && ` ${unreadable} cannot be read by this version of the Worker: deploy the newest one, then replay them.`}</p>`;
}

export const badge = (status: string) =>
  html`<span class="badge ${status}">${humanize(status)}</span>`;
