// What became of every signup, for operators and their scripts.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import { listSignups, readSignup } from '../ledger/query.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES } from '../model.ts';
import { Cursor, cursorFor } from './cursor.ts';
import { readParameters } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const searchError = 'is empty or longer than 320 characters';
const limitError = 'is not a whole number from 1 to 200';
const oneOf = (values: readonly string[]) => `is none of ${values.join(', ')}`;

export const ListQuery = z.object({
  status: z.optional(z.enum(DELIVERY_STATUSES, { error: oneOf(DELIVERY_STATUSES) })),
  match: z.optional(z.enum(MATCHES, { error: oneOf(MATCHES) })),
  channel: z.optional(z.enum(CHANNELS, { error: oneOf(CHANNELS) })),
  source: z.optional(z.string().check(z.maxLength(40, 'is longer than 40 characters'))),
  q: z.optional(
    z.string().check(z.trim(), z.minLength(1, searchError), z.maxLength(320, searchError)),
  ),
  cursor: z.optional(Cursor),
  limit: z._default(
    z.coerce
      .number({ error: limitError })
      .check(z.multipleOf(1, limitError), z.minimum(1, limitError), z.maximum(200, limitError)),
    50,
  ),
});

export function signups(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(ListQuery, c.req.query());
    if (refusal) return refusal;
    const { q, cursor: after, ...filters } = values;
    const page = await listSignups(c.env.ledger, { ...filters, search: q, after });
    return c.json({ items: page.items, nextCursor: page.next ? cursorFor(page.next) : null });
  });

  app.get('/:id', async (c) => {
    const signup = await readSignup(c.env.ledger, c.req.param('id'));
    return signup ? c.json(signup) : problem(404, 'The ledger has no such signup.');
  });

  return app;
}
