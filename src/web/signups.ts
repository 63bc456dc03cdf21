// Every signup and what happened to it, for operators and their scripts.
import { Hono } from 'hono/tiny';
import * as z from 'zod/mini';
import type { SignupDetail, SignupPage } from '../api/signup.ts';
import { type ListQuery as LedgerQuery, listSignups } from '../ledger/list.ts';
import { readSignup } from '../ledger/query.ts';
import { DAY_MS, isoOf } from '../time.ts';
import { Cursor, cursorFor } from './cursor.ts';
import { detailForViewer, isViewer, rowForViewer } from './for-viewer.ts';
import { notOneOf, readParameters, wholeNumber } from './input.ts';
import { dayOrMoment, filterShape, NONE, shortText } from './people-query.ts';
import { problem } from './problem.ts';
import { csvOf } from './signups-csv.ts';
import type { WebApp, WebEnv } from './web.ts';

const searchError = 'is empty or longer than 320 characters';
/** A day of UTC or a moment, as a moment. `days` are added to a day. */
const moment = (days: 0 | 1) =>
  z.optional(
    z.pipe(
      dayOrMoment,
      z.transform((text) => (text.includes('T') ? text : isoOf(Date.parse(text) + days * DAY_MS))),
    ),
  );

const filters = {
  ...filterShape,
  reason: shortText(200),
  from: moment(0),
  to: moment(1),
  q: z.optional(
    z.string().check(z.trim(), z.minLength(1, searchError), z.maxLength(320, searchError)),
  ),
};
export const ListQuery = z.object({
  ...filters,
  cursor: z.optional(Cursor),
  limit: z._default(wholeNumber(1, 200), 50),
  format: z._default(z.enum(['json', 'csv'], { error: notOneOf(['json', 'csv']) }), 'json'),
});

/** The filters of the address, as the ledger has them. */
export function filtersOf({
  brought_by: broughtBy,
  landing_page: landingPage,
  channel,
  match,
  source,
  campaign,
  country,
  partner,
  to: until,
  q: search,
  ...same
}: Pick<z.output<typeof ListQuery>, keyof typeof filters>): Omit<LedgerQuery, 'limit'> {
  return {
    ...same,
    channel: channel === NONE ? null : channel,
    match: match === NONE ? null : match,
    source: orNull(source),
    broughtBy: orNull(broughtBy),
    campaign: orNull(campaign),
    landingPage: orNull(landingPage),
    country: country === NONE ? null : country?.toUpperCase(),
    partner: orNull(partner),
    until,
    search,
  };
}

const orNull = (text: string | undefined) => (text === NONE ? null : text);

export function signups(): WebApp {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { values, refusal } = readParameters(ListQuery, c.req.query());
    if (refusal) return refusal;
    const { cursor: after, limit, format, ...given } = values;
    const isExact = isViewer(c) || undefined;
    const query = { ...filtersOf(given), after, isExact };
    if (format === 'csv') return csvOf(c.env.ledger, query, isViewer(c));
    const { items, next } = await listSignups(c.env.ledger, { ...query, limit });
    const nextCursor = next ? cursorFor(next) : null;
    const shown = isViewer(c) ? items.map(rowForViewer) : items;
    return c.json({ items: shown, nextCursor } satisfies SignupPage);
  });

  app.get('/:id', async (c) => {
    const signup = await readSignup(c.env.ledger, c.req.param('id'), c.env.now());
    if (!signup) return problem(404, 'The ledger has no such signup.');
    const shown = isViewer(c) ? detailForViewer(signup, c.env.destinations()) : signup;
    return c.json(shown satisfies SignupDetail);
  });

  return app;
}
