// One signup's page: why it has a source or none, at a glance; then all there is to know, in the order it happened.
import { html } from 'hono/html';
import type { SignupDetail } from '../../ledger/query.ts';
import { Signup } from '../../model.ts';
import { type Explanation, type Explanations, explainDelivery } from './explain.ts';
import { type Markup, proofField, storyPath, time } from './page.ts';
import { badge } from './signup-list.ts';
import { decimal, humanize } from './words.ts';

export function story(
  detail: SignupDetail,
  explanations: Explanations,
  proof: string,
  done: string | undefined,
): Markup {
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
<section class="card answer"><h2>Why ${detail.channel ?? 'no source'}?</h2>${answer(detail, explanations)}</section>
<div class="columns">
<section class="card"><h2>Webhook</h2>${facts({
    Provider: detail.source,
    Event: code(detail.id),
    Happened: time(detail.occurredAt),
    Received: time(detail.receivedAt),
    Name: signup?.name,
    User: signup?.userId,
    'Test mode': signup?.test && 'yes',
  })}</section>
<section class="card"><h2>Visitor</h2>${facts({
    Match: detail.match && humanize(detail.match),
    'Visitor ID':
      detail.visitorId &&
      html`<a href="/api/visitors/${detail.visitorId}">${code(detail.visitorId)}</a>`,
    'Asked in vain': detail.lookups > 0 && `${detail.lookups} times`,
    'Lead score': detail.score !== null && decimal(detail.score),
    'Expected value': detail.expectedValue !== null && decimal(detail.expectedValue, '$'),
    Refreshes: detail.refreshes > 0 && html`${detail.refreshes}, last ${time(detail.refreshedAt)}`,
    'Refresh due': detail.refreshAt && time(detail.refreshAt),
  })}</section>
${attribution(detail)}
</div>
${detail.deliveries.map(delivery)}
</div>`;
}

function answer(
  { match, channel, attribution: found, deliveries }: SignupDetail,
  explanations: Explanations,
): Markup {
  const visitor = explanations.matches[match ?? 'none'];
  const isMatched = match === 'matched' && found;
  return html`<p>${visitor.says} ${
    isMatched
      ? html`<b>${channel}</b>${found.source ? html` from <b>${found.source}</b>` : ''}: ${found.rule}, by ${evidence(found.evidence)}. ${channel === 'Unknown' ? 'Tag your links, e.g. with utm_source.' : ''}`
      : visitor.todo
  }</p>
${deliveries.map(({ destination, status, reason }) => html`<p>${badge(status)} ${humanize(destination)}: ${told(explainDelivery(explanations, status, reason))}</p>`)}`;
}

const told = ({ says, todo }: Explanation) => html`${says} ${todo}`;
const code = (text: string) => html`<code>${text}</code>`;
const evidence = (texts: readonly string[]) =>
  texts.map((text, at) => html`${at > 0 ? ', ' : ''}${code(text)}`);

/** What is not there is left out. */
function facts(
  values: Readonly<Record<string, Markup | string | null | undefined | false>>,
): Markup {
  return html`<dl class="facts">${Object.entries(values).map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function attribution({ attribution: found, match }: SignupDetail): Markup | string {
  if (!found) return '';
  const { clickId, evidence: texts } = found;
  return html`<section class="card"><h2>Attribution</h2>${facts({
    Channel: match === 'matched' ? found.channel : `${found.channel}, not written`,
    Source: found.source,
    Medium: found.medium,
    Campaign: found.campaign,
    Term: found.term,
    Content: found.content,
    'Click ID': clickId && html`${clickId.name} ${code(clickId.value)}`,
    'Landing page': found.landingPage,
    Referrer: found.referrer,
    Rule: found.rule,
    Evidence: texts.length > 0 && html`${evidence(texts)}`,
    'Rules version': found.rulesVersion,
  })}</section>`;
}

function delivery(item: SignupDetail['deliveries'][number]): Markup {
  const { destination, status, attempts, reason, externalId, deliveredAt, nextAttemptAt } = item;
  return html`<section class="card"><h2>${humanize(destination)}</h2><div class="columns"><div>${facts(
    {
      Status: badge(status),
      Reason: reason && code(reason),
      Tries: String(attempts),
      SignedRequest: deliveredAt && time(deliveredAt),
      'Next try': status === 'waiting' && nextAttemptAt && time(nextAttemptAt),
      Contact: externalId && code(externalId),
    },
  )}
<h3>Every try</h3><ol class="history">${item.history?.map((tried) => html`<li>${time(tried.at)} ${badge(tried.status)} ${tried.refresh ? 'refresh ' : ''}${tried.reason && code(tried.reason)}</li>`)}</ol></div>
<div><h3>Fields written</h3>${item.fields ? facts(item.fields) : html`<p class="hint">None.</p>`}</div></div></section>`;
}
