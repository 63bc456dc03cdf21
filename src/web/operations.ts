// What an operator orders: backfill signups of the past, replay signups, erase a person.
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type {
  Backfilled,
  Erased,
  Queue,
  Replayable,
  Replayed,
  ReplayedPage,
  SwitchedOn,
} from '../api/operations.ts';
import { allReasons, findReason } from '../health/all-reasons.ts';
import { countReplayable } from '../ledger/replays.ts';
import { removeStopped } from '../ledger/stopped.ts';
import { DELIVERY_STATUSES } from '../model.ts';
import { nearest } from '../nearest.ts';
import { backfillSignups } from '../operations/backfill.ts';
import { erasePerson } from '../operations/erase.ts';
import { eraseElsewhere } from '../operations/erase-elsewhere.ts';
import { REPLAY_AT_ONCE, replayAll, replaySignup } from '../operations/replay.ts';
import { Cursor, cursorFor } from './cursor.ts';
import { Email, notOneOf, readJson, readParameters } from './input.ts';
import { problem } from './problem.ts';
import { queueOf } from './queue.ts';
import type { WebApp, WebEnv } from './web.ts';

const listError = `is not a list of 1 to ${REPLAY_AT_ONCE} signups`;
const momentError = 'is not a moment in UTC, in ISO 8601';
const destinationError = 'is not a destination that is on';
const reasonError = 'is not a reason code of at most 200 characters';

export const BackfillBody = z.object({
  signups: z
    .array(z.unknown(), { error: listError })
    .check(z.minLength(1, listError), z.maxLength(REPLAY_AT_ONCE, listError)),
});
/** Strict: without its filter, a misspelt one would replay too much. */
export const ReplayBody = z.strictObject(
  {
    status: z._default(z.enum(DELIVERY_STATUSES, { error: notOneOf(DELIVERY_STATUSES) }), 'failed'),
    reason: z.optional(z.string({ error: reasonError }).check(z.maxLength(200, reasonError))),
    receivedFrom: z.optional(z.iso.datetime({ error: momentError })),
    receivedUntil: z.optional(z.iso.datetime({ error: momentError })),
    destination: z.optional(z.string({ error: destinationError })),
    cursor: z.optional(Cursor),
    dryRun: z.optional(z.boolean({ error: 'is neither true nor false' })),
  },
  { error: 'may hold status, reason, receivedFrom, receivedUntil, destination, cursor and dryRun' },
);
export const PersonPath = z.object({ email: Email });
const flagError = 'is neither true nor false';
export const ErasureQuery = z.object({
  destinations: z.optional(z.enum(['true', 'false'], { error: flagError })),
});

export function operations(): WebApp {
  const app = new Hono<WebEnv>();
  app.post('/signups', backfill);
  app.post('/signups/:id/replay', replayOne);
  app.post('/replay', replayMany);
  app.delete('/people/:email', erase);
  app.post('/destinations/:name/switch-on', switchOn);
  // How much still waits, so that no script sends more than the queue takes in time.
  app.get('/queue', async (c) => {
    const backlog = await c.env.backlog().catch(() => null);
    return c.json({ backlog } satisfies Queue);
  });
  return app;
}

async function backfill(c: Context<WebEnv>): Promise<Response> {
  const { values, refusal } = await readJson(BackfillBody, c.req.raw);
  if (refusal) return refusal;
  const results = await backfillSignups(values.signups, c.env.now(), new URL(c.req.url).origin);
  const signups = results.flatMap((result) => (result.kind === 'signup' ? result.signup : []));
  if (signups.length > 0) await queue(c).enqueueAll(signups);
  const items = results.map((result): Backfilled['items'][number] =>
    result.kind === 'signup'
      ? { status: 'accepted', id: result.signup.id }
      : { status: 'refused', problem: result.problem },
  );
  return c.json({ items } satisfies Backfilled);
}

async function replayOne(c: Context<WebEnv>): Promise<Response> {
  const result = await replaySignup({ ...c.env, ...queue(c) }, c.req.param('id') ?? '');
  if (!result) return problem(404, 'The ledger has no such signup.');
  const { replayed, unreadable } = result;
  return unreadable.length > 0
    ? problem(409, 'This version of the Worker cannot read that message.')
    : c.json({ replayed, unreadable } satisfies Replayed);
}

async function replayMany(c: Context<WebEnv>): Promise<Response> {
  const { values, refusal } = await readJson(ReplayBody, c.req.raw);
  if (refusal) return refusal;
  const { cursor: after, dryRun, ...filter } = values;
  const off = destinationOff(c.env, filter.destination);
  if (off) return off;
  if (dryRun) {
    const counted = await countReplayable(c.env.ledger, { ...filter, after });
    const unknown = counted.total === 0 ? unknownReason(filter.reason) : undefined;
    return unknown ?? c.json(counted satisfies Replayable);
  }
  const dependencies = { ...c.env, ...queue(c) };
  const { replayed, unreadable, next } = await replayAll(dependencies, { ...filter, after });
  const isNone = replayed.length + unreadable.length === 0;
  const unknown = isNone ? unknownReason(filter.reason) : undefined;
  if (unknown) return unknown;
  const nextCursor = next ? cursorFor(next) : null;
  return c.json({ replayed, unreadable, nextCursor } satisfies ReplayedPage);
}

/** Nothing can be sent to a destination that is off. */
function destinationOff(
  { destinations }: WebEnv['Bindings'],
  name: string | undefined,
): Response | undefined {
  const on = destinations().map((one) => one.name);
  if (name === undefined || on.includes(name)) return undefined;
  const detail = `${destinationError}; those are ${on.join(', ')}`;
  return problem(400, `destination ${detail}.`, undefined, [{ detail, pointer: '#/destination' }]);
}

/**
 * A refusal of a code that this version does not know. The ledger may hold one of another version or of a destination
 * that is gone, so it is asked only when no signup has the code.
 */
function unknownReason(code: string | undefined): Response | undefined {
  if (code === undefined || findReason(code)) return undefined;
  const meant = nearest(code, Object.keys(allReasons));
  const detail = `is not a reason code${meant === undefined ? '' : `; the nearest one is ${meant}`}`;
  return problem(400, `reason ${detail}.`, undefined, [{ detail, pointer: '#/reason' }]);
}

async function erase(c: Context<WebEnv>): Promise<Response> {
  const { values, refusal } = readParameters(PersonPath, c.req.param());
  if (refusal) return refusal;
  const query = readParameters(ErasureQuery, c.req.query());
  if (query.refusal) return query.refusal;
  const { ledger, destinations } = c.env;
  const asked = query.values.destinations === 'true';
  const elsewhere = asked
    ? await eraseElsewhere({ ledger, destinations: destinations() }, values.email)
    : undefined;
  // The ledger comes last, because it knows the signups: until then the request can be repeated.
  const open = elsewhere?.filter(({ status }) => status === 'waiting').map(({ name }) => name);
  if (open?.length) {
    const detail = `Nothing was erased here, because this cannot be reached now: ${open.join(', ')}.`;
    return problem(503, detail, { 'retry-after': '60' });
  }
  const erased = await erasePerson(c.env, values.email);
  return c.json({ ...erased, destinations: elsewhere } satisfies Erased);
}

/** A destination that its service has switched off gets signups again. */
async function switchOn(c: Context<WebEnv>): Promise<Response> {
  const { ledger, destinations } = c.env;
  const name = c.req.param('name') ?? '';
  if (!destinations().some((destination) => destination.name === name)) {
    return problem(404, 'No destination of this name is on.');
  }
  const wasOff = await removeStopped(ledger, name);
  return c.json({ name, wasOff } satisfies SwitchedOn);
}

const queue = ({ env }: Context<WebEnv>) => queueOf(env, notQueued);

const notQueued = () => problem(503, 'The signups could not be queued.', { 'retry-after': '10' });
