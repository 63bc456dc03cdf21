// One signup's page: first why it has its source or none, then everything there is to know.
import { html } from 'hono/html';
import type { OpenDestination } from '../../destinations/destination.ts';
import { heldTimeOf } from '../../destinations/held-time.ts';
import { storyPath } from '../../identifiers.ts';
import type { Neighbours } from '../../ledger/neighbours.ts';
import type { SignupDetail } from '../../ledger/query.ts';
import type { OtherSignup } from '../../ledger/story.ts';
import { Signup, UNKNOWN_CHANNEL, type Visitor } from '../../model.ts';
import { isoOf } from '../../time.ts';
import type { Caller } from '../caller.ts';
import { explainDelivery } from './explain.ts';
import { searchOf } from './list-context.ts';
import { MATCH_WORDS } from './match-words.ts';
import { type Markup, proofField, time } from './page.ts';
import { pairs } from './pairs.ts';
import { badge } from './signup-list.ts';
import { deliveryCard } from './story-delivery.ts';
import { timeline } from './story-timeline.ts';
import { decimal, dollars, humanize, labelsOf } from './words.ts';

export interface StoryContext {
  destinations: readonly OpenDestination[];
  others: readonly OtherSignup[];
  /** What the cache still has of the visitor. */
  visitor: Visitor | undefined;
  /** Who looks. A viewer gets no buttons. */
  caller: Caller | undefined;
  /** The query of the list that the page was opened from. */
  list: URLSearchParams;
  /** Absent where nobody has asked for them. */
  neighbours: Neighbours | undefined;
  /** What the operator has just done. */
  done: string | undefined;
}

export function story(
  detail: SignupDetail,
  { destinations, others, visitor, caller, list, neighbours, done }: StoryContext,
): Markup {
  const labelOf = labelsOf(destinations);
  const written = detail.deliveries.map(({ fields }) => fields?.datafast_first_seen_at);
  const firstSeenMs = heldTimeOf(written.find((value) => value !== undefined));
  const firstSeenAt = firstSeenMs === undefined ? undefined : isoOf(firstSeenMs);
  return html`<nav class="between" aria-label="In the list"><a href="/${searchOf(list)}#list">All signups</a>${neighbours && between(neighbours, searchOf(list))}</nav>
${head(detail, caller, searchOf(list))}
${done === 'replayed' ? html`<p class="notice good" role="status">It is on the queue again.</p>` : ''}
<div id="story" data-live>
<section class="card answer"><h2>Why ${detail.channel ?? 'no source'}?</h2>${answer(detail, labelOf)}</section>
<div class="columns">${timeline(detail, { firstSeenAt, visitor }, labelOf)}${attribution(detail)}</div>
<div class="columns">${otherSignups(others)}${webhook(detail)}${visitorCard(detail)}${payload(detail)}</div>
${detail.deliveries.map((item, at) =>
  deliveryCard(
    item,
    destinations.find(({ name }) => name === item.destination),
    at === 0,
  ),
)}
</div>`;
}

function between({ newer, older }: Neighbours, search: string): Markup {
  return html`<span>${newer !== undefined && html`<a rel="prev" href="${storyPath(newer)}${search}">← Newer</a>`} ${older !== undefined && html`<a rel="next" href="${storyPath(older)}${search}">Older →</a>`}</span>`;
}

function head({ id, email }: SignupDetail, caller: Caller | undefined, search: string): Markup {
  const path = storyPath(id);
  const preview = email !== null && html`<a class="button" href="${path}/preview">Preview</a>`;
  if (caller?.role !== 'operator') {
    return html`<div class="head"><h1>${email ?? id}</h1><div class="actions">${preview}</div></div>`;
  }
  return html`<div class="head"><h1>${email ?? id}</h1>
<div class="actions">
<form method="post" action="${path}/replay${search}">${proofField(caller.proof)}<button>Replay</button></form>
${preview}${email !== null && html`<a class="button bad" href="${path}/erase">Erase</a>`}
</div></div>`;
}

function answer(detail: SignupDetail, labelOf: ReturnType<typeof labelsOf>): Markup {
  const { match, deliveries } = detail;
  const { says, todo } = MATCH_WORDS[match ?? 'none'];
  // Mostly it ended alike everywhere.
  const explained = deliveries.map((item) => ({ item, ...explainDelivery(item) }));
  const alike = Map.groupBy(explained, (one) => `${one.item.status} ${one.says} ${one.todo}`);
  return html`<p>${says} ${match === 'matched' ? firstTouch(detail) : todo}</p>
${convertingTouch(detail)}
${[...alike.values()].map(([first, ...others]) => {
  if (!first) return '';
  const { item, says, todo } = first;
  const where = [first, ...others].map((one) => labelOf(one.item.destination)).join(', ');
  return html`<p>${badge(item.status)} ${where}: ${says} ${todo}</p>`;
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

function visitorCard(detail: SignupDetail): Markup {
  const { match, visitorId, lookups, score, expectedValue, refreshes } = detail;
  return html`<section class="card"><h2>Visitor</h2>${pairs({
    Match: match && humanize(match),
    'Visitor ID': visitorId && code(visitorId),
    'Failed lookups': lookups > 0 && String(lookups),
    'Lead score': score !== null && decimal(score),
    'Expected value': expectedValue !== null && dollars(expectedValue),
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

/** The keys of the payload, where the visitor ID was not found. */
function payload({ payloadShape: keys, match }: SignupDetail): Markup | string {
  if (!keys || match !== 'no_visitor_id') return '';
  return html`<section class="card"><h2>Keys of the webhook</h2>
<p class="hint">None of them held a visitor ID. Values are not kept.</p>
<p class="keys">${keys.map((key) => html`${code(key)} `)}</p></section>`;
}

function otherSignups(others: readonly OtherSignup[]): Markup | string {
  if (others.length === 0) return '';
  return html`<section class="card"><h2>Other signups of this person</h2><ul class="plain-list">${others.map(({ id, source, status, channel, occurredAt }) => html`<li>${time(occurredAt)} <a href="${storyPath(id)}">${source}</a> ${badge(status)} ${channel}</li>`)}</ul></section>`;
}

const code = (text: string) => html`<code>${text}</code>`;
const evidence = (texts: readonly string[]) =>
  texts.map((text, index) => html`${index > 0 ? ', ' : ''}${code(text)}`);
