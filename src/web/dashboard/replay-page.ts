// Asks before many signups are replayed, with their number, and says how far it has come. It needs no script.
import { html } from 'hono/html';
import { findReason } from '../../health/all-reasons.ts';
import type { Replayable } from '../../ledger/replays.ts';
import { BUSY_BACKLOG } from '../../limits.ts';
import { type Markup, proofField } from './page.ts';
import { decimal, humanize } from './words.ts';

/** What is to be replayed: all of a kind, or those that were selected. */
export interface Order {
  status: string;
  reason: string;
  ids: readonly string[];
  /** The query of the list to go back to. */
  list: string;
}

export interface Asking {
  order: Order;
  counted: Replayable;
  proof: string | undefined;
}

export function confirmReplay({ order, counted, proof }: Asking): Markup {
  const what = nameOf(order, counted.total);
  if (counted.total === 0) {
    return html`<h1>Nothing to replay</h1><p>No signup is ${order.status} with this reason now, or all of them are on their way again. ${back(order)}</p>`;
  }
  return html`<h1>Replay ${what}?</h1>
<section class="card">${reasonOf(order.reason)}
<p>Each is delivered again. A first touch that is known stays, and no older value replaces a newer one.</p>
${form(order, { proof, label: `Replay ${signups(counted.total)}` })}</section>
${byReason(order, counted)}`;
}

/** `done`: how many are on the queue; `left`: how many are not. */
export function replayedSoFar(
  { order, proof }: Omit<Asking, 'counted'>,
  { done, left, cursor }: { done: number; left: number; cursor: string | undefined },
): Markup {
  return html`<h1>${signups(done)} on the queue</h1>
<section class="card"><p role="status">About ${signups(left)} more can be replayed.</p>
<p>A large replay is made in parts, and waits while more than ${BUSY_BACKLOG} messages are on the queue, so that new signups do not wait. <code>npx whence-crm replay --status ${order.status}${order.reason && ` --reason ${order.reason}`}</code> does it all by itself.</p>
${form(order, { proof, label: 'Replay the next ones', cursor, done })}</section>`;
}

interface FormContent {
  proof: string | undefined;
  label: string;
  cursor?: string | undefined;
  done?: number;
}

function form({ status, reason, ids, list }: Order, content: FormContent): Markup {
  const { proof, label, cursor = '', done = 0 } = content;
  const fields = { status, reason, list, cursor, done: String(done), sure: 'yes' };
  const hidden = [...Object.entries(fields), ...ids.map((id) => ['id', id] as const)];
  return html`<form class="actions" method="post" action="/replay">${proofField(proof)}${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>${label}</button><a class="button" href="/?${list}#list">Cancel</a></form>`;
}

const back = ({ list }: Order) => html`<a href="/?${list}#list">Back to the list</a>`;

const signups = (count: number) => `${decimal(count)} signup${count === 1 ? '' : 's'}`;

function nameOf({ status, reason, ids }: Order, total: number): Markup | string {
  if (ids.length > 0) return signups(total);
  const kind = `${decimal(total)} ${status} signup${total === 1 ? '' : 's'}`;
  return reason ? html`${kind} of <code>${reason}</code>` : kind;
}

function reasonOf(code: string): Markup | string {
  const entry = findReason(code);
  return entry ? html`<p>${entry.says} ${entry.todo}</p>` : '';
}

/** Where there are several reasons, often only one of them is fixed. */
function byReason(order: Order, { reasons }: Replayable): Markup | string {
  if (order.ids.length > 0 || reasons.length < 2) return '';
  return html`<section class="card"><h2>Or only those of one reason</h2><table><thead><tr><th scope="col">Reason</th><th scope="col" class="number">Signups</th></tr></thead>
<tbody>${reasons.map(({ reason, signups: count }) => html`<tr><th scope="row">${reason === '' ? 'No reason' : html`<a href="/replay?${new URLSearchParams({ status: order.status, reason, list: order.list }).toString()}">${humanize(reason)}</a> ${findReason(reason)?.says}`}</th><td class="number">${decimal(count)}</td></tr>`)}</tbody></table></section>`;
}
