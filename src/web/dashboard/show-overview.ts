// The first page: reads what it shows from the ledger, by the filters in its address.
import type { Context } from 'hono';
import { digest } from '../../crypto.ts';
import type { OpenDestination } from '../../destinations/destination.ts';
import { openAlerts } from '../../health/alerts/open-alerts.ts';
import { readAlerts } from '../../ledger/alerts.ts';
import { listSignups } from '../../ledger/list.ts';
import { readMark } from '../../ledger/news.ts';
import { readStats } from '../../ledger/stats.ts';
import { readStopped, removeStopped, stoppedAmong } from '../../ledger/stopped.ts';
import { isoOf } from '../../time.ts';
import { VERSION } from '../../version.ts';
import { cursorFor } from '../cursor.ts';
import { filtersOf, ListQuery } from '../signups.ts';
import { StatsQuery } from '../stats.ts';
import type { WebEnv } from '../web.ts';
import { firstSteps } from './first-steps.ts';
import { isFirstRun, overview } from './overview.ts';
import { page } from './page.ts';

const REFRESH_SECONDS = 15;
const LIST_LENGTH = 50;

/** `GET /`; 304 when nothing is new. */
export async function showOverview(c: Context<WebEnv>): Promise<Response> {
  const { ledger, config, now, destinations, look } = c.env;
  const query = new URL(c.req.url).searchParams;
  if (c.req.header('if-none-match') === (await etagOf(c)))
    return new Response(null, { status: 304 });
  const { days, after, chosen } = chosenIn(query);
  const on = destinations();
  // What has changed may be counted now, which is news for a page that was loaded before.
  const stats = await readStats(ledger, days, now());
  const etag = await etagOf(c);
  const [coverage, alerts, { items, next }, stopped] = await Promise.all([
    c.env.readCoverage(),
    readAlerts(ledger),
    listSignups(ledger, { ...filtersOf(chosen), after, limit: LIST_LENGTH, isBrief: true }),
    stoppedOf(c, on),
  ]);
  const shown = {
    stats,
    list: { items, nextCursor: next && cursorFor(next) },
    filters: {
      values: chosen,
      isEmpty: !after && Object.values(chosen).every((value) => !value),
      query,
    },
  };
  const main = overview({
    ...shown,
    problems: config.problems,
    stopped,
    caller: c.get('caller'),
    coverage,
    trouble: await look(),
    alerts: openAlerts(alerts),
    firstSteps: isFirstRun(shown) ? await firstSteps(c.env) : undefined,
    notice: query.get('done') ?? undefined,
  });
  const response = await page(c, { title: 'Signups', main, refreshSeconds: REFRESH_SECONDS });
  response.headers.set('etag', etag);
  return response;
}

/** The page asks whether there is anything new, which reads the ends of a few indexes. */
async function etagOf(c: Context<WebEnv>): Promise<string> {
  const { ledger, now, look } = c.env;
  const { search } = new URL(c.req.url);
  const day = isoOf(now()).slice(0, 10);
  return `"${await digest(`${await readMark(ledger)} ${JSON.stringify(await look())} ${VERSION} ${day} ${search} ${c.get('caller')?.role}`)}"`;
}

/** The ledger is asked only where a destination can be switched off by its service. */
async function stoppedOf(c: Context<WebEnv>, on: readonly OpenDestination[]) {
  if (on.every(({ stopKey }) => stopKey === undefined)) return [];
  const stopped = await stoppedAmong(on, await readStopped(c.env.ledger));
  return on.flatMap(({ name, label }) => {
    const row = stopped.get(name);
    return row ? [{ label, ...row }] : [];
  });
}

/** `POST /destinations/:name/switch-on` */
export async function switchOn(c: Context<WebEnv>): Promise<Response> {
  await removeStopped(c.env.ledger, c.req.param('name') ?? '');
  return c.redirect('/?done=switched-on', 303);
}

/** The choices in the address. An unreadable query counts as none. */
function chosenIn(query: URLSearchParams) {
  // The form sends a choice that was not made as an empty text.
  const given = Object.fromEntries([...query].filter(([, value]) => value !== ''));
  const {
    cursor,
    limit: _,
    format: __,
    ...chosen
  } = ListQuery.safeParse(given).data ?? ListQuery.parse({});
  const { days } = StatsQuery.safeParse(given).data ?? StatsQuery.parse({});
  return { days, after: cursor, chosen };
}
