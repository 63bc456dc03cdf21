// The list of signups with search, filters and pages. It is a plain GET form.
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import { LOOKED_AT } from '../../ledger/list.ts';
import type { SignupRow } from '../../ledger/query.ts';
import type { Stats } from '../../ledger/stats.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../../model.ts';
import { type Markup, time } from './page.ts';
import { decimal, humanize } from './words.ts';

/** As they are in the URL. */
export type FilterName = 'q' | 'status' | 'match' | 'channel' | 'source';
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
): Markup {
  const choice = (name: FilterName, label: string, options: readonly string[]) =>
    html`<label>${label}<select name="${name}"><option value="">All</option>
${options.map((option) => html`<option value="${option}"${option === values[name] ? html` selected` : ''}>${humanize(option)}</option>`)}</select></label>`;
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor ?? '');
  return html`<section class="card" id="list"><h2>Every signup</h2>
<form class="filters" method="get" action="/#list" role="search">
<label class="wide">Search<input type="search" name="q" value="${values.q ?? ''}" placeholder="Email, visitor ID or signup ID" maxlength="320"></label>
${choice('status', 'Status', DELIVERY_STATUSES)}
${choice('match', 'Match', MATCHES)}
${choice('channel', 'Channel', CHANNELS)}
${choice('source', 'Provider', sourcesOf(bySource, values.source))}
<input type="hidden" name="days" value="${days}">
<button>Filter</button>${isEmpty ? '' : html`<a href="/?days=${days}#list">Show all</a>`}
</form>
<div id="rows" data-live>${
    items.length === 0
      ? html`<p class="hint">${nextCursor === undefined ? 'No signup matches. Search finds whole IDs and the beginning of an email.' : `No signup matches among the ${decimal(LOOKED_AT)} that were looked at.`}</p>`
      : html`<table class="signups">
<thead><tr><th scope="col">Who</th><th scope="col">Status</th><th scope="col">Channel</th><th scope="col">Match</th><th scope="col">Provider</th><th scope="col">Received</th></tr></thead>
<tbody>${items.map(row)}</tbody></table>`
  }
${nextCursor === undefined ? '' : html`<p><a href="/?${next.toString()}#list" rel="next">Older signups</a></p>`}</div>
<p class="hint"><a href="/api/signups?${csvQuery(query)}" download>Download as CSV</a></p></section>`;
}

function row({ id, email, status, channel, match, source, receivedAt }: SignupRow): Markup {
  const cell = (value: string | null) =>
    value === null ? html`<td class="none">–</td>` : html`<td>${value}</td>`;
  return html`<tr><th scope="row"><a href="${storyPath(id)}">${email ?? id}</a></th><td class="state">${badge(status)}</td>${cell(channel)}${cell(match && humanize(match))}${cell(source)}<td>${time(receivedAt)}</td></tr>`;
}

export const badge = (status: string) =>
  html`<span class="badge ${status}">${humanize(status)}</span>`;

/** The same filters, as a file. */
function csvQuery(query: URLSearchParams): string {
  const own = new URLSearchParams([...query].filter(([, value]) => value !== ''));
  for (const name of ['days', 'cursor', 'done']) own.delete(name);
  own.set('format', 'csv');
  return own.toString();
}

/** Providers that have sent something, and the chosen one. */
function sourcesOf(bySource: Stats['bySource'], chosen: string | undefined): readonly string[] {
  return [...new Set([...bySource.map(({ value }) => value), ...(chosen ? [chosen] : [])])].sort();
}
