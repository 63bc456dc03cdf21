// One signup's page: first why it has its source or none, then everything there is to know.
import { html } from 'hono/html';
import type { SignupDetail } from '../../ledger/query.ts';
import { Signup, UNKNOWN_CHANNEL } from '../../model.ts';
import type { Caller } from '../caller.ts';
import { explainDelivery } from './explain.ts';
import { MATCH_WORDS } from './match-words.ts';
import { type Markup, proofField, storyPath, time } from './page.ts';
import { badge } from './signup-list.ts';
import { decimal, humanize, type LabelOf } from './words.ts';

export interface StoryContext {
  labelOf: LabelOf;
  /** Who looks. A viewer gets no buttons. */
  caller: Caller | undefined;
  /** What the operator has just done. */
  done: string | undefined;
}

type DeliveryStory = SignupDetail['deliveries'][number];

export function story(detail: SignupDetail, { labelOf, caller, done }: StoryContext): Markup {
  return html`<p><a href="/">All signups</a></p>
${head(detail, caller)}
${done === 'replayed' ? html`<p class="notice good" role="status">It is on the queue again.</p>` : ''}
<div id="story" data-live>
<section class="card answer"><h2>Why ${detail.channel ?? 'no source'}?</h2>${answer(detail, labelOf)}</section>
<div class="columns">${webhook(detail)}${visitor(detail)}${attribution(detail)}</div>
${detail.deliveries.map((item) => delivery(item, labelOf))}
</div>`;
}

function head({ id, email }: SignupDetail, caller: Caller | undefined): Markup {
  const path = storyPath(id);
  const preview = email !== null && html`<a class="button" href="${path}/preview">Preview</a>`;
  if (caller?.role !== 'operator') {
    return html`<div class="head"><h1>${email ?? id}</h1><div class="actions">${preview}</div></div>`;
  }
  return html`<div class="head"><h1>${email ?? id}</h1>
<div class="actions">
<form method="post" action="${path}/replay">${proofField(caller.proof)}<button>Replay</button></form>
${preview}${email !== null && html`<a class="button bad" href="${path}/erase">Erase</a>`}
</div></div>`;
}

function answer(detail: SignupDetail, labelOf: LabelOf): Markup {
  const { match, deliveries } = detail;
  const { says, todo } = MATCH_WORDS[match ?? 'none'];
  return html`<p>${says} ${match === 'matched' ? firstTouch(detail) : todo}</p>
${convertingTouch(detail)}
${deliveries.map((item) => {
  const explained = explainDelivery(item);
  return html`<p>${badge(item.status)} ${labelOf(item.destination)}: ${explained.says} ${explained.todo}</p>`;
})}`;
}

/** What the contact says, and by which signup. */
function firstTouch({
  channel,
  broughtBy,
  attribution: found,
  refreshAt,
}: SignupDetail): Markup | string {
  if (!channel) return '';
  const isOpen = channel === UNKNOWN_CHANNEL;
  const why = found
    ? html`<b>${channel}</b>${found.source ? html` from <b>${found.source}</b>` : ''}: ${found.rule}${found.evidence.length > 0 && html`${isOpen ? ': ' : ', by '}${evidence(found.evidence)}`}.`
    : html`The contact says <b>${channel}</b>${broughtBy && html` from <b>${broughtBy}</b>`}. That is from an earlier signup of the person${isOpen ? '' : ', and it stays'}.`;
  return html`${why}${isOpen && html` Tag your links, e.g. with utm_source.${refreshAt && html` Whence looks again at ${time(refreshAt)}. A source that is known by then replaces Unknown.`}`}`;
}

/** What brought the person on the visit of the signup, where the contact holds it. */
function convertingTouch({ conversion }: SignupDetail): Markup | string {
  if (!conversion) return '';
  const { channel, source, page } = conversion;
  return html`<p>On the visit of the signup: <b>${channel}</b>${source && html` from <b>${source}</b>`}${page && html`, on ${code(page)}`}.</p>`;
}

function webhook({ id, source, occurredAt, receivedAt, signup: message }: SignupDetail): Markup {
  const signup = Signup.safeParse(message).data;
  return html`<section class="card"><h2>Webhook</h2>${pairs({
    Provider: source,
    Event: code(id),
    Happened: time(occurredAt),
    Received: time(receivedAt),
    Name: signup?.name,
    User: signup?.userId,
    'Address verified':
      signup?.emailVerified !== undefined && (signup.emailVerified ? 'yes' : 'no'),
    'Test mode': signup?.test && 'yes',
  })}</section>`;
}

function visitor(detail: SignupDetail): Markup {
  const { match, visitorId, lookups, score, expectedValue, refreshes } = detail;
  return html`<section class="card"><h2>Visitor</h2>${pairs({
    Match: match && humanize(match),
    'Visitor ID': visitorId && html`<a href="/api/visitors/${visitorId}">${code(visitorId)}</a>`,
    'Failed lookups': lookups > 0 && String(lookups),
    'Lead score': score !== null && decimal(score),
    'Expected value': expectedValue !== null && decimal(expectedValue, '$'),
    Refreshes: refreshes > 0 && html`${refreshes}, last ${time(detail.refreshedAt)}`,
    'Refresh due': detail.refreshAt && time(detail.refreshAt),
  })}</section>`;
}

function attribution({ attribution: found, match }: SignupDetail): Markup | string {
  if (!found) return '';
  const { clickId, evidence: texts } = found;
  return html`<section class="card"><h2>Attribution</h2>${pairs({
    Channel: match === 'matched' ? found.channel : `${found.channel}, not written`,
    Source: found.source,
    'UTM source': found.utmSource,
    Medium: found.medium,
    Campaign: found.campaign,
    Term: found.term,
    Content: found.content,
    'Click ID': clickId && html`${clickId.name} ${code(clickId.value)}`,
    'Landing page': found.landingPage,
    Referrer: found.referrer,
    Rule: found.rule,
    Evidence: texts.length > 0 && html`${evidence(texts)}`,
    'Unknown IDs':
      found.unknownIds &&
      html`${evidence(found.unknownIds)} They look like click IDs that Whence does not know. Please report them.`,
    'Rules version': found.rulesVersion,
  })}</section>`;
}

function delivery(item: DeliveryStory, labelOf: LabelOf): Markup {
  const { status, externalId, deliveredAt, nextAttemptAt, history, fields } = item;
  return html`<section class="card"><h2>${labelOf(item.destination)}</h2><div class="columns"><div>${pairs(
    {
      Status: badge(status),
      Reason: because(item),
      Attempts: String(item.attempts),
      Delivered: deliveredAt && time(deliveredAt),
      'Next attempt': status === 'waiting' && nextAttemptAt && time(nextAttemptAt),
      Contact: externalId && code(externalId),
    },
  )}
<h3>Every attempt</h3><ol class="history">${history?.map((attempt) => html`<li>${time(attempt.at)} ${badge(attempt.status)} ${attempt.refresh ? 'refresh ' : ''}${because(attempt)}</li>`)}</ol></div>
<div><h3>Fields written</h3>${fields ? pairs(fields) : html`<p class="hint">None.</p>`}</div></div></section>`;
}

interface Because {
  reason: string | null;
  detail: string | null;
}

/** The reason as the ledger has it. */
function because({ reason, detail }: Because): Markup | null {
  return reason === null ? null : html`${code(reason)}${detail ? html` ${detail}` : ''}`;
}

const code = (text: string) => html`<code>${text}</code>`;
const evidence = (texts: readonly string[]) =>
  texts.map((text, index) => html`${index > 0 ? ', ' : ''}${code(text)}`);

/** Names and values. A name without a value is left out. */
function pairs(
  values: Readonly<Record<string, Markup | string | null | undefined | false>>,
): Markup {
  return html`<dl class="pairs">${Object.entries(values).map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
