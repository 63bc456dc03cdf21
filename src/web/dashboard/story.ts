// One signup's page: why it has a source or none, at a glance; then all there is to know, in the order it happened.
import { html } from 'hono/html';
import type { SignupDetail } from '../../delivery/ledger-query.ts';
import { Signup } from '../../model.ts';
import { type Explanation, explainDelivery, explainMatch } from './explain.ts';
import { type Markup, proofField, storyPath, time } from './page.ts';
import { badge } from './signup-list.ts';
import { decimal, humanize } from './words.ts';

export function story(detail: SignupDetail, proof: string, done: string | undefined): Markup {
  const path = storyPath(detail.id);
  const signup = Signup.safeParse(detail.signup).data;
  return html`<p><a href="/">All signups</a></p>
<div class="head"><h1>${detail.email ?? detail.id}</h1>
<div class="actions">
<form method="post" action="${path}/replay">${proofField(proof)}<button>Replay</button></form>
${detail.email === null ? '' : html`<a class="button" href="${path}/preview">Preview</a><a class="button bad" href="${path}/erase">Erase</a>`}
</div></div>
${done === 'replayed' ? html`<p class="notice good" role="status">It is on the queue once more.</p>` : ''}
<div id="story" data-live>
<section class="card answer"><h2>Why ${detail.channel ?? 'no source'}?</h2>${answer(detail)}</section>
<div class="columns">
${section('Webhook', [
  ['Provider', detail.source],
  ['Event', html`<code>${detail.id}</code>`],
  ['Happened', time(detail.occurredAt)],
  ['Received', time(detail.receivedAt)],
  ['Name', signup?.name],
  ['User', signup?.userId],
  ['Test mode', signup?.test ? 'yes' : undefined],
])}
${section('Visitor', [
  ['Match', detail.match && humanize(detail.match)],
  [
    'Visitor ID',
    detail.visitorId &&
      html`<a href="/api/visitors/${detail.visitorId}"><code>${detail.visitorId}</code></a>`,
  ],
  ['Asked in vain', detail.lookups > 0 ? `${detail.lookups} times` : undefined],
  ['Lead score', detail.score === null ? undefined : decimal(detail.score)],
  [
    'Expected value',
    detail.expectedValue === null ? undefined : decimal(detail.expectedValue, '$'),
  ],
  [
    'Refreshed',
    detail.refreshedAt && html`${time(detail.refreshedAt)}, ${detail.refreshes} times so far`,
  ],
  ['Refreshed next', detail.refreshAt && time(detail.refreshAt)],
])}
${attribution(detail)}
</div>
${detail.deliveries.map(delivery)}
</div>`;
}

function answer({ match, channel, attribution: found, deliveries }: SignupDetail): Markup {
  const because =
    found &&
    html`<b>${channel}</b>${found.source ? html` from <b>${found.source}</b>` : ''}: ${found.rule ?? 'by rule'} (${evidence(found.evidence)}).`;
  const visitor = explainMatch(match);
  return html`<p>${visitor.says} ${match === 'matched' ? because : ''} ${match === 'matched' && channel === 'Unknown' ? 'Tag your links, e.g. with utm_source, so that they can be told apart.' : visitor.todo}</p>
${deliveries.map(({ destination, status, reason }) => html`<p>${badge(status)} ${humanize(destination)}: ${told(explainDelivery(status, reason))}</p>`)}`;
}

const told = ({ says, todo }: Explanation) => html`${says} ${todo}`;
const evidence = (texts: readonly string[]) => texts.map((text) => html`<code>${text}</code> `);

type Fact = readonly [name: string, value: Markup | string | null | undefined];

function section(title: string, facts: readonly Fact[]): Markup {
  return html`<section class="card"><h2>${title}</h2><dl class="facts">
${facts.map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : ''))}</dl></section>`;
}

function attribution({ attribution: found, match }: SignupDetail): Markup {
  if (!found) return html``;
  return html`${section('Attribution', [
    ['Channel', match === 'matched' ? found.channel : `${found.channel}, not written`],
    ['Source', found.source],
    ['Medium', found.medium],
    ['Campaign', found.campaign],
    ['Term', found.term],
    ['Content', found.content],
    ['Click ID', found.clickId && html`${found.clickId.name} <code>${found.clickId.value}</code>`],
    ['Landing page', found.landingPage],
    ['Referrer', found.referrer],
    ['Rule', found.rule],
    ['Evidence', found.evidence.length > 0 ? html`${evidence(found.evidence)}` : ''],
    ['Rules of', found.rulesVersion],
  ])}`;
}

function delivery(item: SignupDetail['deliveries'][number]): Markup {
  const { destination, status, attempts, reason, externalId, deliveredAt, nextAttemptAt } = item;
  const fields = Object.entries(item.fields ?? {});
  return html`<section class="card"><h2>${humanize(destination)}</h2><dl class="facts">
<div><dt>Status</dt><dd>${badge(status)}</dd></div>
${[
  ['Reason', reason && html`<code>${reason}</code>`],
  ['Tries', String(attempts)],
  ['Delivered', deliveredAt && time(deliveredAt)],
  ['Next try', status === 'waiting' && nextAttemptAt ? time(nextAttemptAt) : undefined],
  ['Contact', externalId && html`<code>${externalId}</code>`],
].map(([name, value]) => (value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : ''))}</dl>
${
  item.history?.length
    ? html`<h3>Tries</h3><ol class="history">${item.history.map((tried) => html`<li>${time(tried.at)} ${badge(tried.status)} ${tried.refresh ? 'refresh ' : ''}${tried.reason ? html`<code>${tried.reason}</code>` : ''}</li>`)}</ol>`
    : ''
}
${
  fields.length > 0
    ? html`<h3>Fields written</h3><dl class="facts">${fields.map(([property, value]) => html`<div><dt><code>${property}</code></dt><dd>${value}</dd></div>`)}</dl>`
    : ''
}</section>`;
}
