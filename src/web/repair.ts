// What an operator does about signups: tell those of the past, send some again, erase a person.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { DELIVERY_STATUSES } from '../model.ts';
import { backfillSignups } from '../operations/backfill.ts';
import { erasePerson } from '../operations/erase.ts';
import { countReplayable, REPLAY_AT_ONCE, replayAll, replaySignup } from '../operations/replay.ts';
import { Cursor, cursorFor } from './cursor.ts';
import { Email, readJson, readParameters } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebDependencies, WebEnv } from './web.ts';

const listError = `is not a list of 1 to ${REPLAY_AT_ONCE} signups`;
const momentError = 'is not a moment in UTC, in ISO 8601';
const reasonError = 'is longer than 200 characters';

export const BackfillBody = z.object({
  signups: z
    .array(z.unknown(), { error: listError })
    .check(z.minLength(1, listError), z.maxLength(REPLAY_AT_ONCE, listError)),
});
/** Strict: a misspelt filter would replay what nobody asked for. */
export const ReplayBody = z.strictObject(
  {
    status: z._default(
      z.enum(DELIVERY_STATUSES, { error: `is none of ${DELIVERY_STATUSES.join(', ')}` }),
      'failed',
    ),
    reason: z.optional(z.string({ error: reasonError }).check(z.maxLength(200, reasonError))),
    receivedFrom: z.optional(z.iso.datetime({ error: momentError })),
    receivedUntil: z.optional(z.iso.datetime({ error: momentError })),
    cursor: z.optional(Cursor),
    dryRun: z.optional(z.boolean({ error: 'is neither true nor false' })),
  },
  { error: 'may hold status, reason, receivedFrom, receivedUntil, cursor and dryRun' },
);
export const PersonPath = z.object({ email: Email });

export function repair(): WebApp {
  const app = new Hono<WebEnv>();

  app.post('/signups', async (c) => {
    const { values, refusal } = await readJson(BackfillBody, c.req.raw);
    if (refusal) return refusal;
    const results = await backfillSignups(values.signups, c.env.now());
    const signups = results.flatMap((result) => (result.kind === 'signup' ? result.signup : []));
    if (signups.length > 0) await queueOf(c).enqueueAll(signups);
    return c.json({
      items: results.map((result) =>
        result.kind === 'signup'
          ? { status: 'accepted', id: result.signup.id }
          : { status: 'refused', problem: result.problem },
      ),
    });
  });

  app.post('/signups/:id/replay', async (c) => {
    const replayed = await replaySignup({ ...c.env, ...queueOf(c) }, c.req.param('id'));
    if (!replayed) return problem(404, 'The ledger has no such signup.');
    return replayed.unreadable.length > 0
      ? problem(409, 'This version of the Worker cannot read that message.')
      : c.json(replayed);
  });

  app.post('/replay', async (c) => {
    const { values, refusal } = await readJson(ReplayBody, c.req.raw);
    if (refusal) return refusal;
    const { cursor: after, dryRun, ...filter } = values;
    if (dryRun) return c.json(await countReplayable(c.env.ledger, { ...filter, after }));
    const { next, ...replayed } = await replayAll(
      { ...c.env, ...queueOf(c) },
      { ...filter, after },
    );
    return c.json({ ...replayed, nextCursor: next ? cursorFor(next) : null });
  });

  app.delete('/people/:email', async (c) => {
    const { values, refusal } = readParameters(PersonPath, c.req.param());
    return refusal ?? c.json(await erasePerson(c.env, values.email));
  });

  // How much is still on its way, so that nobody sends more than drains in time.
  app.get('/queue', async (c) => {
    const backlog = await c.env.backlog().catch(() => null);
    return c.json({ backlog });
  });

  return app;
}

/** The queue, whose being away is no mistake of ours: the same request works later, and doubles nothing. */
function queueOf({ env }: Context<WebEnv>): Pick<WebDependencies, 'enqueueAll'> {
  const res = problem(503, 'The signups could not be queued.', { 'retry-after': '10' });
  return {
    enqueueAll: (signups) =>
      env.enqueueAll(signups).catch((cause: unknown) => {
        throw new HTTPException(503, { res, cause });
      }),
  };
}
