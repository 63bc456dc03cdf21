// The pages of the operator.
import type { Context } from 'hono';
import { html } from 'hono/html';
import { Hono } from 'hono/tiny';
import { listSignups, readSignup, type SignupDetail } from '../../ledger/query.ts';
import { readStats } from '../../ledger/stats.ts';
import { erasePerson } from '../../operations/erase.ts';
import { replaySignup } from '../../operations/replay.ts';
import { cursorFor } from '../cursor.ts';
import { pagesForOperators } from '../login.ts';
import { ListQuery } from '../signups.ts';
import { StatsQuery } from '../stats.ts';
import type { WebApp, WebEnv } from '../web.ts';
import { confirmErasure } from './erase-page.ts';
import { type AssetsFetcher, type Explanations, readExplanations } from './explain.ts';
import { overview } from './overview.ts';
import { page, storyPath } from './page.ts';
import { previewPage } from './preview-page.ts';
import { story } from './story.ts';

/** While something is on its way it is looked at often. */
const SOON_SECONDS = 3;
const LATER_SECONDS = 15;
/** D1 counts the rows that are read: where there are many, they are counted less often. */
const SIGNUPS_PER_SECOND = 50;

export function dashboard(): WebApp {
  const app = new Hono<WebEnv>();
  let known: Explanations | undefined;
  const explain = async (assets: AssetsFetcher) => {
    known ??= await readExplanations(assets);
    return known;
  };
  app.use('/', pagesForOperators);
  app.use('/signups/*', pagesForOperators);

  app.get('/', async (c) => {
    const query = new URL(c.req.url).searchParams;
    // An empty choice of the form is none, and a query we do not know is as if it were not there.
    const given = Object.fromEntries([...query].filter(([, value]) => value !== ''));
    const asked = ListQuery.safeParse(given).data ?? ListQuery.parse({});
    const { q, cursor: after, ...filters } = asked;
    const { ledger, config, assets, now } = c.env;
    const { days } = StatsQuery.safeParse(given).data ?? StatsQuery.parse({});
    const [explanations, stats, { items, next }] = await Promise.all([
      explain(assets),
      readStats(ledger, days, now()),
      listSignups(ledger, { ...filters, search: q, after }),
    ]);
    const { limit: _, ...chosen } = filters;
    const main = overview({
      stats,
      explanations,
      problems: config.problems,
      list: { items, nextCursor: next && cursorFor(next) },
      filters: {
        values: { ...chosen, q },
        isEmpty: q === undefined && !after && Object.values(chosen).every((value) => !value),
        query,
      },
      notice: query.get('done') ?? undefined,
    });
    const refreshSeconds = Math.max(LATER_SECONDS, Math.round(stats.total / SIGNUPS_PER_SECOND));
    return page(c, { title: 'Signups', main, refreshSeconds });
  });

  app.get('/signups/:id', (c) =>
    withSignup(c, async (detail) =>
      page(c, {
        title: detail.email ?? detail.id,
        main: story(detail, await explain(c.env.assets), c.get('proof') ?? '', c.req.query('done')),
        refreshSeconds: detail.status === 'waiting' ? SOON_SECONDS : LATER_SECONDS,
      }),
    ),
  );

  app.post('/signups/:id/replay', async (c) => {
    const id = c.req.param('id');
    const replayed = await replaySignup(c.env, id);
    if (!replayed) return absent(c);
    if (replayed.unreadable.length === 0) return c.redirect(`${storyPath(id)}?done=replayed`, 303);
    const main = html`<h1>Not replayed</h1><p>This version of the Worker cannot read that message.</p>`;
    return page(c, { title: 'Not replayed', main }, 409);
  });

  app.get('/signups/:id/preview', (c) =>
    withSignup(c, async (detail) => {
      const main = await previewPage(c.env, detail);
      return page(c, { title: `Preview of ${detail.email}`, main });
    }),
  );

  app.get('/signups/:id/erase', (c) =>
    withSignup(c, (detail) =>
      page(c, { title: 'Erase', main: confirmErasure(detail, c.get('proof') ?? '') }),
    ),
  );

  app.post('/signups/:id/erase', (c) =>
    withSignup(c, async ({ email }) => {
      if (email === null) return absent(c);
      await erasePerson(c.env, email);
      return c.redirect('/?done=erased', 303);
    }),
  );

  return app;
}

async function withSignup(
  c: Context<WebEnv>,
  show: (detail: SignupDetail) => Promise<Response> | Response,
): Promise<Response> {
  const detail = await readSignup(c.env.ledger, c.req.param('id') ?? '');
  return detail ? show(detail) : absent(c);
}

function absent(c: Context<WebEnv>): Promise<Response> {
  const main = html`<h1>No such signup</h1><p>The ledger does not have it: it was erased, or is older than the ledger keeps. <a href="/">All signups</a></p>`;
  return page(c, { title: 'No such signup', main }, 404);
}
