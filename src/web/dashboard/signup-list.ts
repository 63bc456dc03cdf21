// The list of signups with search, filters and pages: a plain GET form, and another one that replays what is selected.
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import { LOOKED_AT } from '../../ledger/list.ts';
import type { SignupRow } from '../../ledger/query.ts';
import type { Stats } from '../../ledger/stats.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../../model.ts';
import type { Caller } from '../caller.ts';
import { nameOf } from '../for-viewer.ts';
import { listQuery, searchOf } from './list-context.ts';
import { type Markup, proofField, time } from './page.ts';
import { decimal, humanize } from './words.ts';

/** As they are in the URL. */
export type FilterName = 'q' | 'status' | 'match' | 'channel' | 'source' | 'reason';
export interface Filters {
  values: Readonly<Partial<Record<FilterName, string>>>;
  /** No filter is set, and this is the first page. */
  isEmpty: boolean;
  /** The query of the URL, for the link to the next page. */
  query: URLSearchParams;
}

export function signupList(
  { items, nextCursor }: { items: readonly SignupRow[]; nextCursor: string | undefined },
  { values, isEmpty, query }: Filters,
  { days, bySource }: Pick<Stats, 'days' | 'bySource'>,
  caller: Caller | undefined,
): Markup {
  const choice = (name: FilterName, label: string, options: readonly string[]) =>
    html`<label>${label}<select name="${name}"><option value="">All</option>
${options.map((option) => html`<option value="${option}"${option === values[name] ? html` selected` : ''}>${humanize(option)}</option>`)}</select></label>`;
  const own = listQuery(query);
  const isMasked = caller?.role !== 'operator';
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor ?? '');
  const selects = caller?.role === 'operator' && items.length > 0;
  const rows = html`<div id="rows" data-live>${
    items.length === 0
      ? html`<p class="hint">${nextCursor === undefined ? 'No signup matches. Search finds whole IDs and the beginning of an email.' : `No signup matches among the ${decimal(LOOKED_AT)} that were looked at.`}</p>`
      : html`<table class="signups">
<thead><tr>${selects && html`<th class="pick"><span class="hidden">Select</span></th>`}<th scope="col">Who</th><th scope="col">Status</th><th scope="col">Channel</th><th scope="col">Match</th><th scope="col">Provider</th><th scope="col">Signed up</th></tr></thead>
<tbody>${items.map((item) => row(item, { selects, isMasked, search: searchOf(own) }))}</tbody></table>`
  }
${nextCursor === undefined ? '' : html`<p><a href="/?${next.toString()}#list" rel="next">Older signups</a></p>`}</div>`;
  return html`<section class="card" id="list"><h2>Every signup</h2>${notice(query.get('done'))}
<form class="filters" method="get" action="/#list" role="search">
<label class="wide">Search<input type="search" name="q" value="${values.q ?? ''}" placeholder="Email, visitor ID or signup ID" maxlength="320"></label>
${choice('status', 'Status', DELIVERY_STATUSES)}
${choice('match', 'Match', MATCHES)}
${choice('channel', 'Channel', CHANNELS)}
${choice('source', 'Provider', sourcesOf(bySource, values.source))}
${values.reason && html`<label>Reason<select name="reason"><option value="">All</option><option selected value="${values.reason}">${humanize(values.reason)}</option></select></label>`}
<input type="hidden" name="days" value="${days}">
<button>Filter</button>${isEmpty ? '' : html`<a href="/?days=${days}#list">Show all</a>`}
</form>
${
  selects
    ? html`<form method="post" action="/replay">${proofField(caller.proof)}<input type="hidden" name="list" value="${own.toString()}">
${rows}<div class="actions"><button class="quiet" data-selected>Replay the selected</button>${replayAllLink(values, own)}</div></form>`
    : rows
}
<p class="hint"><a href="/api/signups?${csvQuery(own)}" download>Download as CSV</a></p></section>`;
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
function replayAllLink({ status, reason = '' }: Filters['values'], list: URLSearchParams) {
  if (!status || status === 'delivered') return '';
  const query = new URLSearchParams({ status, reason, list: list.toString() });
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

/** The same filters, as a file. */
function csvQuery(list: URLSearchParams): string {
  const query = new URLSearchParams(list);
  query.delete('days');
  query.set('format', 'csv');
  return query.toString();
}

/** Providers that have sent something, and the chosen one. */
function sourcesOf(bySource: Stats['bySource'], chosen: string | undefined): readonly string[] {
  return [...new Set([...bySource.map(({ value }) => value), ...(chosen ? [chosen] : [])])].sort();
}
