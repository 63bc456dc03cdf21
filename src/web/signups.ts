// Every signup and what happened to it, for operators and their scripts.
import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { SignupDetail, SignupPage } from '../api/signup.ts';
import { listSignups } from '../ledger/list.ts';
import { readSignup } from '../ledger/query.ts';
import { CHANNELS, DELIVERY_STATUSES, MATCHES, Signup } from '../model.ts';
import { Cursor, cursorFor } from './cursor.ts';
import { notOneOf, readParameters, wholeNumber } from './input.ts';
import { problem } from './problem.ts';
import type { WebApp, WebEnv } from './web.ts';

const searchError = 'is empty or longer than 320 characters';

export const ListQuery = z.object({
  status: z.optional(z.enum(DELIVERY_STATUSES, { error: notOneOf(DELIVERY_STATUSES) })),
  match: z.optional(z.enum(MATCHES, { error: notOneOf(MATCHES) })),
  channel: z.optional(z.enum(CHANNELS, { error: notOneOf(CHANNELS) })),
  source: z.optional(z.string().check(z.maxLength(40, 'is longer than 40 characters'))),
  q: z.optional(
    z.string().check(z.trim(), z.minLength(1, searchError), z.maxLength(320, searchError)),
  ),
  cursor: z.optional(Cursor),
  limit: z._default(wholeNumber(1, 200), 50),
});

export function signups(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(ListQuery, c.req.query());
    if (refusal) return refusal;
    const { q, cursor: after, ...filters } = values;
    const { items, next } = await listSignups(c.env.ledger, { ...filters, search: q, after });
    const nextCursor = next ? cursorFor(next) : null;
    const shown = isViewer(c) ? items.map((item) => ({ ...item, email: null })) : items;
    return c.json({ items: shown, nextCursor } satisfies SignupPage);
  });

  app.get('/:id', async (c) => {
    const signup = await readSignup(c.env.ledger, c.req.param('id'), c.env.now());
    if (!signup) return problem(404, 'The ledger has no such signup.');
    return c.json((isViewer(c) ? withoutPerson(signup) : signup) satisfies SignupDetail);
  });

  return app;
}

const isViewer = (c: Context<WebEnv>) => c.get('caller')?.role === 'viewer';

/** Without the address, the message, and the values that name the person. */
function withoutPerson(detail: SignupDetail): SignupDetail {
  const { name = '', userId = '' } = Signup.safeParse(detail.signup).data ?? {};
  const personal = new Set([detail.email ?? '', userId, name, ...name.split(/\s+/)].map(lower));
  const deliveries = detail.deliveries.map((delivery) => ({
    ...delivery,
    fields:
      delivery.fields &&
      Object.fromEntries(
        Object.entries(delivery.fields).filter(([, value]) => !personal.has(lower(value))),
      ),
  }));
  return { ...detail, email: null, signup: null, deliveries };
}

const lower = (text: string) => text.toLowerCase();
