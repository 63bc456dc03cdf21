// What an operator does about signups: tell those of the past, send some again, erase a person.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { backfillSignups } from '../delivery/backfill.ts';
import { erasePerson } from '../delivery/erase.ts';
import { REPLAY_AT_ONCE, replayAll, replaySignup } from '../delivery/replay.ts';
import { DELIVERY_STATUSES } from '../model.ts';
import { parseObject } from '../sources/payload.ts';
import { readBody } from './body.ts';
import { cursorFor, positionFrom } from './cursor.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const MAX_BODY_BYTES = 1024 * 1024;

const Backfill = z.object({
  signups: z
    .array(z.unknown())
    .check(
      z.minLength(1, 'at least one'),
      z.maxLength(REPLAY_AT_ONCE, `at most ${REPLAY_AT_ONCE}`),
    ),
});
const Replay = z.object({
  status: z._default(z.enum(DELIVERY_STATUSES), 'failed'),
  reason: z.optional(z.string().check(z.maxLength(200))),
  receivedFrom: z.optional(z.iso.datetime()),
  receivedUntil: z.optional(z.iso.datetime()),
  cursor: z.optional(z.string().check(z.maxLength(1000))),
});

export function repair(): WebApp {
  const app = new Hono<WebEnv>();

  app.post('/signups', async (c) => {
    const body = Backfill.safeParse(await readJson(c.req.raw));
    if (!body.success) return problem(400, z.prettifyError(body.error));
    const results = await backfillSignups(body.data.signups, c.env.now());
    const signups = results.flatMap((result) => (result.kind === 'signup' ? result.signup : []));
    if (signups.length > 0) await c.env.enqueueAll(signups);
    return c.json({
      items: results.map((result) =>
        result.kind === 'signup'
          ? { status: 'accepted', id: result.signup.id }
          : { status: 'refused', problem: result.problem },
      ),
    });
  });

  app.post('/signups/:id/replay', async (c) => {
    const replayed = await replaySignup(c.env, c.req.param('id'));
    if (!replayed) return problem(404, 'The ledger has no such signup.');
    return replayed.unreadable.length > 0
      ? problem(409, 'This version of the Worker cannot read that message.')
      : c.json(replayed);
  });

  app.post('/replay', async (c) => {
    const body = Replay.safeParse((await readJson(c.req.raw)) ?? {});
    if (!body.success) return problem(400, z.prettifyError(body.error));
    const { cursor, ...filter } = body.data;
    const after = cursor === undefined ? undefined : positionFrom(cursor);
    if (cursor !== undefined && !after) return problem(400, 'The cursor is not one of ours.');
    const { next, ...replayed } = await replayAll(c.env, { ...filter, after });
    return c.json({ ...replayed, nextCursor: next ? cursorFor(next) : null });
  });

  app.delete('/people/:email', async (c) => c.json(await erasePerson(c.env, c.req.param('email'))));

  return app;
}

async function readJson(request: Request): Promise<unknown> {
  const body = await readBody(request, MAX_BODY_BYTES);
  return body.kind === 'bytes' ? parseObject(body.bytes) : undefined;
}
