// What became of every signup, for operators and their scripts.
import { Hono } from 'hono';
import * as z from 'zod/mini';
import { listSignups, readSignup } from '../delivery/ledger-query.ts';
import { DELIVERY_STATUSES } from '../model.ts';
import { cursorFor, positionFrom } from './cursor.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const Query = z.object({
  status: z.optional(
    z.enum(DELIVERY_STATUSES, { error: `one of ${DELIVERY_STATUSES.join(', ')}` }),
  ),
  q: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(320))),
  cursor: z.optional(z.string().check(z.maxLength(1000))),
  limit: z._default(
    z.coerce
      .number({ error: 'a whole number' })
      .check(z.multipleOf(1), z.minimum(1, 'at least 1'), z.maximum(200, 'at most 200')),
    50,
  ),
});

export function signups(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const query = Query.safeParse(c.req.query());
    if (!query.success) return problem(400, z.prettifyError(query.error));
    const { status, q, cursor, limit } = query.data;
    const after = cursor === undefined ? undefined : positionFrom(cursor);
    if (cursor !== undefined && !after) return problem(400, 'The cursor is not one of ours.');
    const page = await listSignups(c.env.ledger, { status, search: q, after, limit });
    return c.json({ items: page.items, nextCursor: page.next ? cursorFor(page.next) : null });
  });

  app.get('/:id', async (c) => {
    const signup = await readSignup(c.env.ledger, c.req.param('id'));
    return signup ? c.json(signup) : problem(404, 'The ledger has no such signup.');
  });

  return app;
}
