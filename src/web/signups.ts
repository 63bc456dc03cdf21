// What became of every signup, for operators and their scripts.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { listSignups, readSignup } from '../delivery/ledger-query.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../model.ts';
import { cursorFor, positionFrom } from './cursor.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

export const ListSignups = z.object({
  status: z.optional(
    z.enum(DELIVERY_STATUSES, { error: `one of ${DELIVERY_STATUSES.join(', ')}` }),
  ),
  match: z.optional(z.enum(MATCHES, { error: `one of ${MATCHES.join(', ')}` })),
  channel: z.optional(z.enum(CHANNELS, { error: `one of ${CHANNELS.join(', ')}` })),
  source: z.optional(z.string().check(z.maxLength(40))),
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
    const query = ListSignups.safeParse(c.req.query());
    if (!query.success) return problem(400, z.prettifyError(query.error));
    const { q, cursor, ...filters } = query.data;
    const after = cursor === undefined ? undefined : positionFrom(cursor);
    if (cursor !== undefined && !after) return problem(400, 'The cursor is not one of ours.');
    const page = await listSignups(c.env.ledger, { ...filters, search: q, after });
    return c.json({ items: page.items, nextCursor: page.next ? cursorFor(page.next) : null });
  });

  app.get('/:id', async (c) => {
    const signup = await readSignup(c.env.ledger, c.req.param('id'));
    return signup ? c.json(signup) : problem(404, 'The ledger has no such signup.');
  });

  return app;
}
