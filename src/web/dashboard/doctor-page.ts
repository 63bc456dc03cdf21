// The doctor's report as a page: what is wrong first, each with its fix, then all that is well.
import { html } from 'hono/html';
import type { Check, Report } from '../../health/report.ts';
import { type Markup, proofField, time } from './page.ts';
import { humanize, type LabelOf } from './words.ts';

export interface DoctorPage {
  report: Report;
  /** Sources that are on, with the place of the visitor ID. */
  sources: readonly { name: string; visitorIdPlace: string }[];
  /** Where the provider's webhook points. */
  origin: string;
  /** How the sample alert went, in words; absent when none was sent. */
  sample: { isSent: boolean; words: string } | undefined;
  labelOf: LabelOf;
  canSend: boolean;
  proof: string | undefined;
}

/** Lines that are well, by what they are about. Every other name is a service. */
const AREAS: Readonly<Record<string, string>> = {
  settings: 'Settings',
  alerts: 'Settings',
  clock: 'Settings',
  sources: 'Sources',
  webhooks: 'Sources',
  'visitor IDs': 'Sources',
  'shared visitors': 'Sources',
  ledger: 'Delivery',
  cron: 'Delivery',
  queue: 'Delivery',
  waiting: 'Delivery',
  'dead letters': 'Delivery',
  faults: 'Delivery',
};
const ORDER = ['Settings', 'Sources', 'Services', 'Delivery'];

/** The main part of the page. */
export function doctorPage(shown: DoctorPage): Markup {
  const { report, sources, origin, sample, canSend, proof, labelOf } = shown;
  const { checks, at, version } = report;
  const of = (status: Check['status']) => checks.filter((check) => check.status === status);
  const problems = of('problem');
  const warnings = of('warning');
  const areaOf = ({ name }: Check) => AREAS[name] ?? 'Services';
  return html`<div class="head"><h1>Doctor</h1><span class="hint">Version ${version}, checked ${time(at)}. <a href="/doctor">Check again</a> · <a href="/api/doctor">JSON</a></span></div>
${sample ? html`<p class="notice ${sample.isSent ? 'good' : 'bad'}" role="status">${sample.words}</p>` : ''}
${problems.length + warnings.length === 0 ? html`<p class="notice good">All is well.</p>` : ''}
${problems.length > 0 ? html`<section class="notice bad"><h2>To fix</h2>${lines(problems, labelOf)}</section>` : ''}
${warnings.length > 0 ? html`<section class="notice"><h2>Worth a look</h2>${lines(warnings, labelOf)}</section>` : ''}
<div class="columns two">${ORDER.map((area) => {
    const own = of('ok').filter((check) => areaOf(check) === area);
    return own.length > 0
      ? html`<section class="card"><h2>${area}</h2>${lines(own, labelOf)}</section>`
      : '';
  })}</div>
<section class="card"><h2>Alerts</h2><p>Whence checks itself every five minutes and tells <code>ALERT_URL</code> when something breaks.</p>
${canSend ? html`<form class="actions" method="post" action="/doctor/alert">${proofField(proof)}<button>Send a sample</button></form>` : ''}</section>
${sources.length > 0 ? cookies(sources, origin) : ''}`;
}

function lines(checks: readonly Check[], labelOf: LabelOf): Markup {
  return html`<dl class="pairs">${checks.map(
    ({ name, what, fix }) =>
      html`<div><dt>${titleOf(name, labelOf)}</dt><dd>${withCode(what)}${fix ? html`<br><span class="fix">${withCode(fix)}</span>` : ''}</dd></div>`,
  )}</dl>`;
}

/** `hubspot answers` → `HubSpot answers` */
function titleOf(name: string, labelOf: LabelOf): string {
  const [first = '', ...rest] = name.split(' ');
  return humanize([labelOf(first), ...rest].join(' '));
}

/** Commands and names of settings are selected whole with one click. */
function withCode(text: string): Markup[] {
  return text
    .split(/(npx whence-crm(?: [a-z]+)?(?: --?\S+)*|[A-Z]+(?:_[A-Z]+)+)/)
    .map((part, index) =>
      index % 2 === 1 ? html`<code class="copy">${part}</code>` : html`${part}`,
    );
}

const READ_COOKIE = 'document.cookie.match(/(?:^|; )datafast_visitor_id=([^;]+)/)?.[1]';

/** For each source: its webhook, and the way of the cookie. */
function cookies(sources: DoctorPage['sources'], origin: string): Markup {
  return html`<section class="card"><h2>The way of the cookie</h2>
<p>In the browser, this is the visitor ID: <code class="copy">${READ_COOKIE}</code>. Send it along at signup, so that the webhook has it here:</p>
<dl class="pairs">${sources.map(
    ({ name, visitorIdPlace }) =>
      html`<div><dt>${name}</dt><dd><code class="copy">${visitorIdPlace}</code><br><span class="hint">Webhook: <code class="copy">${origin}/webhooks/${name}</code>. More: docs/sources.md#${name}</span></dd></div>`,
  )}</dl></section>`;
}
