// Many signups replayed from the dashboard: those that were selected in the list, or all of a status and a reason.
import type { Context } from 'hono';
import { html } from 'hono/html';
import * as z from 'zod/mini';
import { countReplayable, type Replayable, type ReplayFilter } from '../../ledger/replays.ts';
import { BUSY_BACKLOG } from '../../limits.ts';
import { DELIVERY_STATUSES } from '../../model.ts';
import { REPLAY_AT_ONCE, replayAll, replayThese } from '../../operations/replay.ts';
import { Cursor, cursorFor } from '../cursor.ts';
import { queueOf } from '../queue.ts';
import type { WebEnv } from '../web.ts';
import { notQueued } from './error-pages.ts';
import { page } from './page.ts';
import { confirmReplay, type Order, replayedSoFar } from './replay-page.ts';

/** With one form. So many fit into an invocation of the Free plan, and into the queue while it is not busy. */
const PARTS = 3;

const Status = z.catch(z.enum(DELIVERY_STATUSES), 'failed');

/** The order in a query or a form. */
function orderIn(given: URLSearchParams): Order & Pick<ReplayFilter, 'status'> {
  return {
    status: Status.parse(given.get('status')),
    reason: given.get('reason') ?? '',
    ids: given.getAll('id').slice(0, REPLAY_AT_ONCE),
    list: new URLSearchParams(given.get('list') ?? '').toString(),
  };
}

/** `GET /replay?status=&reason=` */
export function askToReplay(c: Context<WebEnv>): Promise<Response> {
  return ask(c, new URL(c.req.url).searchParams);
}

/** `POST /replay`: asks first, and then does it. */
export async function replayMany(c: Context<WebEnv>): Promise<Response> {
  const form = c.get('form') ?? new URLSearchParams();
  if (form.get('sure') !== 'yes') return ask(c, form);
  const order = orderIn(form);
  const queue = queueOf(c.env, () => notQueued(c, `/?${order.list}#list`));
  const dependencies = { ...c.env, ...queue };
  if (order.ids.length > 0) {
    const { replayed, unreadable } = await replayThese(dependencies, order.ids);
    return done(c, order, { replayed: replayed.length, unreadable: unreadable.length });
  }
  const filter = { status: order.status, reason: order.reason || undefined };
  const before = z.catch(z.coerce.number(), 0).parse(form.get('done'));
  const parts = await replayInParts(c, dependencies, {
    ...filter,
    after: Cursor.safeParse(form.get('cursor')).data,
  });
  const replayed = before + parts.replayed;
  const { after, unreadable, isOver } = parts;
  if (isOver) return done(c, order, { replayed, unreadable });
  const left = await countReplayable(c.env.ledger, { ...filter, after });
  const main = replayedSoFar(
    { order, proof: c.get('caller')?.proof },
    { done: replayed, left: left.total, cursor: after && cursorFor(after) },
  );
  return page(c, { title: 'Replay', main });
}

interface Parts {
  replayed: number;
  unreadable: number;
  /** Where to go on. */
  after: ReplayFilter['after'];
  isOver: boolean;
}

async function replayInParts(
  { env }: Context<WebEnv>,
  dependencies: Parameters<typeof replayAll>[0],
  filter: ReplayFilter,
): Promise<Parts> {
  const parts: Parts = { replayed: 0, unreadable: 0, after: filter.after, isOver: false };
  for (let part = 0; part < PARTS && !parts.isOver; part += 1) {
    // Where the platform does not count, the number of parts has to do.
    if ((await env.backlog().catch(() => 0)) > BUSY_BACKLOG) break;
    const { replayed, unreadable, next } = await replayAll(dependencies, {
      ...filter,
      after: parts.after,
    });
    parts.replayed += replayed.length;
    parts.unreadable += unreadable.length;
    parts.after = next;
    parts.isOver = next === undefined;
  }
  return parts;
}

async function ask(c: Context<WebEnv>, given: URLSearchParams): Promise<Response> {
  const order = orderIn(given);
  const filter = { status: order.status, reason: order.reason || undefined };
  const counted: Replayable = order.ids.length
    ? { total: order.ids.length, reasons: [] }
    : await countReplayable(c.env.ledger, filter);
  const isNone = order.ids.length === 0 && !given.has('status');
  const main = isNone
    ? html`<h1>Nothing is selected</h1><p>Select signups in the list first. <a href="/?${order.list}#list">Back to the list</a></p>`
    : confirmReplay({ order, counted, proof: c.get('caller')?.proof });
  return page(c, { title: 'Replay', main });
}

function done(
  c: Context<WebEnv>,
  { list }: Order,
  { replayed, unreadable }: { replayed: number; unreadable: number },
): Response {
  const query = new URLSearchParams(list);
  query.set('done', `replayed:${replayed}:${unreadable}`);
  return c.redirect(`/?${query.toString()}#list`, 303);
}
