// The first page: totals, charts, what to fix, and every signup.
import { html } from 'hono/html';
import type { OpenAlert } from '../../health/alerts/open-alerts.ts';
import { findReason } from '../../health/all-reasons.ts';
import type { Coverage } from '../../health/coverage.ts';
import type { Trouble } from '../../health/look.ts';
import type { SignupRow } from '../../ledger/query.ts';
import { NO_CHANNEL, type Stats } from '../../ledger/stats.ts';
import type { Stopped } from '../../ledger/stopped.ts';
import type { Problem } from '../../model.ts';
import { ANY_DESTINATION } from '../../settings/config.ts';
import type { Caller } from '../caller.ts';
import { coverageTable } from './coverage-table.ts';
import { explainDelivery } from './explain.ts';
import { MATCH_WORDS } from './match-words.ts';
import { type Markup, proofField, time } from './page.ts';
import { type Filters, signupList } from './signup-list.ts';
import { troubleNotice } from './trouble-notice.ts';
import { decimal, duration, percent } from './words.ts';

/** A smaller share of signups with a known visitor means that the setup is wrong somewhere. */
const HEALTHY_SHARE = 0.6;
/** Fewer signups prove nothing about the setup. */
const ENOUGH_SIGNUPS = 5;

export interface Overview {
  stats: Stats;
  problems: readonly Problem[];
  coverage: readonly Coverage[];
  /** Why nothing can be delivered now. */
  trouble: Trouble;
  /** What is broken now. */
  alerts: readonly OpenAlert[];
  /** Shown while nothing has arrived. */
  firstSteps: Markup | undefined;
  /** Destinations that their service has switched off. */
  stopped: readonly (Stopped & { label: string })[];
  /** Who looks. A viewer gets no buttons. */
  caller: Caller | undefined;
  list: { items: readonly SignupRow[]; nextCursor: string | undefined };
  filters: Filters;
  /** What the operator has just done. */
  notice: string | undefined;
}

/** Whether nothing has ever arrived. */
export const isFirstRun = ({
  stats,
  list,
  filters,
}: Pick<Overview, 'stats' | 'list' | 'filters'>) =>
  stats.total === 0 && list.items.length === 0 && filters.isEmpty;

/** The main part of the page. */
export function overview(shown: Overview): Markup {
  const { stats, problems, stopped, caller, list, filters, notice } = shown;
  const { coverage, trouble, alerts, firstSteps } = shown;
  return html`<h1>Signups</h1>
${notice === 'erased' ? html`<p class="notice good" role="status">Everything Whence kept about that person is erased.</p>` : ''}
${notice === 'switched-on' ? html`<p class="notice good" role="status">The destination gets signups again. What was skipped can be replayed.</p>` : ''}
${stopped.map((one) => switchedOff(one, caller))}
${problems.length > 0 ? settings(problems) : ''}
<div id="broken" data-live>${troubleNotice(trouble)}${broken(alerts)}</div>
${
  firstSteps ??
  html`<div id="health" data-live>${tiles(stats)}${notices(stats)}</div>
<div class="charts">${overTime(stats)}${broughtBy(stats)}</div>
${coverageTable(coverage)}
${signupList(list, filters, stats, caller)}`
}`;
}

function switchedOff(
  { name, label, reason, stoppedAt }: Overview['stopped'][number],
  caller: Caller | undefined,
): Markup {
  const { says, todo } = findReason(reason) ?? { says: reason, todo: '' };
  return html`<section class="notice bad"><h2>${label} is off</h2><p>Since ${time(stoppedAt)}: ${says} ${todo}</p>
${caller?.role === 'operator' ? html`<form method="post" action="/destinations/${name}/switch-on">${proofField(caller.proof)}<button>Switch on again</button></form>` : ''}</section>`;
}

function settings(problems: readonly Problem[]): Markup {
  return html`<section class="notice bad"><h2>Fix these settings</h2><ul>
${problems.map(({ key, problem, fix }) => html`<li>${key === ANY_DESTINATION ? '' : html`<code>${key}</code>`} ${problem}. ${fix}</li>`)}
</ul></section>`;
}

/** What the checks that run by themselves have found. */
function broken(alerts: readonly OpenAlert[]): Markup {
  return alerts.length === 0
    ? html``
    : html`<section class="notice bad"><h2>Broken now</h2><ul>
${alerts.map(({ title, what, fix, since }) => html`<li><b>${title}</b> (since ${time(since)}). ${what} ${fix}</li>`)}
</ul></section>`;
}

function tiles({ days, total, byMatch, byStatus, waiting, lag }: Stats): Markup {
  const { matched, asked } = matching(byMatch);
  const failed = countOf(byStatus, 'failed');
  const tile = (name: string, value: string, note: Markup | string, isBad = false) =>
    html`<div class="card tile${isBad ? ' bad' : ''}"><dt>${name}</dt><dd><b>${value}</b> <span>${note}</span></dd></div>`;
  return html`<dl class="tiles">
${tile('Signups', decimal(total), `in ${days} days`)}
${tile('Match rate', percent(matched, asked), `${matched} of ${asked} with a known visitor`, isLow({ matched, asked }))}
${tile('In the CRM', decimal(countOf(byStatus, 'delivered')), `${countOf(byStatus, 'skipped')} skipped`)}
${tile('Failed', decimal(failed), failed > 0 ? html`<a href="/?status=failed#list">Show them</a>` : 'nothing to fix', failed > 0)}
${tile('Waiting', decimal(waiting.count), waiting.oldestReceivedAt ? html`since ${time(waiting.oldestReceivedAt)}` : 'nothing is late')}
${tile('To the CRM in', duration(lag.medianSeconds), lag.signups > 0 ? `95 % within ${duration(lag.p95Seconds)}` : 'nothing has arrived yet')}
</dl>`;
}

type Rows = readonly { value: string | null; count: number }[];
const countOf = (rows: Rows, value: string | null) =>
  rows.find((row) => row.value === value)?.count ?? 0;

/** A signup that was skipped before a lookup says nothing about the setup. */
function matching(byMatch: Stats['byMatch']) {
  const known = byMatch.filter(({ value }) => value !== null);
  return {
    matched: countOf(byMatch, 'matched'),
    asked: known.reduce((sum, { count }) => sum + count, 0),
    cause: known.find(({ value }) => value !== 'matched'),
  };
}

const isLow = ({ matched, asked }: { matched: number; asked: number }) =>
  asked >= ENOUGH_SIGNUPS && matched / asked < HEALTHY_SHARE;

/** What to fix. Empty when all is well. */
function notices({ byMatch, bySource, unfinished }: Stats): Markup {
  const match = matching(byMatch);
  const { says, todo } = MATCH_WORDS[match.cause?.value ?? 'none'];
  const missed = bySource.filter(({ count, matched }) => matched < count);
  return html`${
    isLow(match) &&
    html`<section class="notice bad"><h2>Few signups have a source</h2>
<p>Most often (<a href="/?match=${match.cause?.value}#list">${match.cause?.count} of ${match.asked}</a>): ${says} ${todo} Signups without a visitor: ${missed.map(({ value, count, matched }, at) => `${at > 0 ? ', ' : ''}${value} ${count - matched} of ${count}`)}.</p></section>`
  }${
    unfinished.length > 0 &&
    html`<section class="notice"><h2>Not in the CRM yet</h2><ul>
${unfinished.map(({ status, reason, count }) => {
  const { says, todo } = explainDelivery({ status, reason });
  return html`<li><a href="/?status=${status}&reason=${reason}#list">${count} ${status}</a>: ${says} ${todo} <code>${reason}</code></li>`;
})}
</ul></section>`
  }`;
}

/** The script draws the chart from the table. Without a script, there is only the table. */
function overTime({ days, byDay, byChannel }: Stats): Markup {
  const channels = byChannel.map(({ value }) => value ?? NO_CHANNEL);
  const range = (count: number) =>
    html`<a href="/?days=${count}"${count === days ? html` aria-current="true"` : ''}>${count} days</a>`;
  return html`<section class="card"><div class="head"><h2>Signups by channel</h2><nav aria-label="Period">${[7, 30, 90].map(range)}</nav></div>
<div class="canvas"><canvas id="chart" role="img" aria-label="Signups by day and channel; the table below has the same figures"></canvas></div>
<details><summary>The figures as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Signups by day and channel"><table id="by-day" data-live>
<thead><tr><th scope="col">Day (UTC)</th>${channels.map((channel) => html`<th scope="col" class="number">${channel}</th>`)}</tr></thead>
<tbody>${byDay.map(({ day, channels: counts }) => html`<tr><th scope="row">${day}</th>${channels.map((channel) => html`<td class="number">${counts[channel] ?? 0}</td>`)}</tr>`)}</tbody>
</table></div></details></section>`;
}

function broughtBy({ byAttributionSource }: Stats): Markup {
  return html`<section class="card"><h2>What brought them</h2>
${
  byAttributionSource.length === 0
    ? html`<p class="hint">Nothing is known yet. No signup had a visitor that DataFast knows.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="What brought them"><table id="brought-by" data-live>
<thead><tr><th scope="col">Source</th><th scope="col">Channel</th><th scope="col" class="number">Signups</th><th scope="col" class="number"><abbr title="Mean lead score of DataFast, 0 to 100">Score</abbr></th><th scope="col" class="number"><abbr title="Mean expected value, US dollars">Value</abbr></th></tr></thead>
<tbody>${byAttributionSource.map(({ source, channel, count, meanScore, meanExpectedValue }) => html`<tr><th scope="row">${source ?? '–'}</th><td><a href="/?channel=${encodeURIComponent(channel)}#list">${channel}</a></td><td class="number">${count}</td><td class="number">${decimal(meanScore)}</td><td class="number">${decimal(meanExpectedValue, '$')}</td></tr>`)}</tbody>
</table></div>`
}</section>`;
}
