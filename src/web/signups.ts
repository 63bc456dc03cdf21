// What became of every signup, for operators and their scripts.
import { Hono } from 'hono';
import * as z from 'zod';
import { listSignups, readSignup } from '../delivery/ledger-query.ts';
import { DELIVERY_STATUSES } from '../model.ts';
import { cursorFor, positionFrom } from './cursor.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const Query = z.object({
  status: z.enum(DELIVERY_STATUSES).optional(),
  q: z.string().trim().min(1).max(320).optional(),
  cursor: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
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
