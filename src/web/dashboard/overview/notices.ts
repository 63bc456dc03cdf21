// What is wrong, said first: faults, settings, destinations that are off, and where signups are stuck.
import { html } from 'hono/html';
import type { OpenAlert } from '../../../health/alerts/open-alerts.ts';
import { findReason } from '../../../health/all-reasons.ts';
import type { Coverage } from '../../../health/coverage.ts';
import type { Stopped } from '../../../ledger/stopped.ts';
import type { Unfinished } from '../../../ledger/unfinished.ts';
import type { Problem } from '../../../model.ts';
import { ANY_DESTINATION } from '../../../settings/config.ts';
import type { Caller } from '../../caller.ts';
import { MOST_DAYS } from '../../period.ts';
import { explainDelivery } from '../explain.ts';
import type { Formats } from '../formats.ts';
import { type Markup, proofField, time } from '../page.ts';
import { duration } from '../words.ts';

/** A smaller share of signups with a known source means that the setup is wrong somewhere. */
const HEALTHY_SHARE = 0.6;
/** Fewer signups prove nothing about the setup. */
const ENOUGH_SIGNUPS = 5;

/** As long ago as a question may reach. */
const ANY_TIME = `days=${MOST_DAYS}`;

/** What the checks that run by themselves have found. */
export const broken = (alerts: readonly OpenAlert[]): Markup =>
  html`<section class="notice bad"><h2>Broken now</h2><ul>
${alerts.map(({ title, what, fix, since }) => html`<li><b>${title}</b> (since ${time(since)}). ${what} ${fix}</li>`)}
</ul><p><a href="/doctor">The doctor</a> checks everything.</p></section>`;

/** They have found nothing. */
export function healthLine({ waiting, lag }: Unfinished, { number }: Formats): Markup {
  const late = waiting.oldestReceivedAt
    ? html`<a href="/?status=waiting&amp;${ANY_TIME}#list">${number(waiting.count)} waiting</a> since ${time(waiting.oldestReceivedAt)}.`
    : 'Nothing waits.';
  const fast =
    lag.signups > 0
      ? html` The latest signups were delivered within ${duration(lag.medianSeconds)} (95 %: ${duration(lag.p95Seconds)}).`
      : '';
  return html`<p class="hint line"><span class="dot" aria-hidden="true"></span> The checks that run by themselves have found no fault. ${late}${fast} <a href="/doctor">Doctor</a></p>`;
}

export function switchedOff(
  { name, label, reason, stoppedAt }: Stopped & { label: string },
  caller: Caller | undefined,
): Markup {
  const { says, todo } = findReason(reason) ?? { says: reason, todo: '' };
  return html`<section class="notice bad"><h2>${label} is off</h2><p>Since ${time(stoppedAt)}: ${says} ${todo}</p>
${caller?.role === 'operator' ? html`<form method="post" action="/destinations/${name}/switch-on">${proofField(caller.proof)}<button>Switch on again</button></form>` : ''}</section>`;
}

export function settingsNotice(problems: readonly Problem[]): Markup {
  return html`<section class="notice bad"><h2>Fix these settings</h2><ul>
${problems.map(({ key, problem, fix }) => html`<li>${key === ANY_DESTINATION ? '' : html`<code>${key}</code>`} ${problem}. ${fix}</li>`)}
</ul></section>`;
}

/** What to fix. Empty when all is well. */
export function notices([all, ...each]: readonly Coverage[], { unfinished }: Unfinished): Markup {
  const missed = each.filter(({ matched, received }) => matched < received);
  const [loss] = all?.losses ?? [];
  return html`${
    all &&
    loss &&
    all.received >= ENOUGH_SIGNUPS &&
    all.matched / all.received < HEALTHY_SHARE &&
    html`<section class="notice bad"><h2>Few signups have a source</h2>
<p>Most often (<a href="/?${new URLSearchParams(loss.filters).toString()}#list">${loss.count} of ${all.received}</a>): ${loss.says} ${loss.fix} Signups without a visitor: ${missed.map(({ source, received, matched }, at) => `${at > 0 ? ', ' : ''}${source} ${received - matched} of ${received}`)}.</p></section>`
  }${
    unfinished.length > 0 &&
    html`<section class="notice"><h2>Not in the CRM yet</h2><ul>
${unfinished.map(({ status, reason, count }) => {
  const { says, todo } = explainDelivery({ status, reason });
  return html`<li><a href="/?status=${status}&amp;reason=${encodeURIComponent(reason ?? '')}&amp;${ANY_TIME}#list">${count} ${status}</a>: ${says} ${todo} <code>${reason}</code></li>`;
})}
</ul></section>`
  }`;
}
