// The first page: reads what it shows from the ledger, by the filters in its address.
import type { Context } from 'hono';
import type { OpenDestination } from '../../destinations/destination.ts';
import { openAlerts } from '../../health/alerts/open-alerts.ts';
import { readAlerts } from '../../ledger/alerts.ts';
import { listSignups } from '../../ledger/list.ts';
import { readStats } from '../../ledger/stats.ts';
import { readStopped, removeStopped, stoppedAmong } from '../../ledger/stopped.ts';
import { cursorFor } from '../cursor.ts';
import { filtersOf, ListQuery } from '../signups.ts';
import { StatsQuery } from '../stats.ts';
import type { WebEnv } from '../web.ts';
import { firstSteps } from './first-steps.ts';
import { isFirstRun, overview } from './overview.ts';
import { page } from './page.ts';

const REFRESH_SECONDS = 15;
const LIST_LENGTH = 50;
/** D1 bills the rows that are read, so a page that counts many rows is refreshed less often. */
const SIGNUPS_PER_SECOND = 50;

export async function showOverview(c: Context<WebEnv>): Promise<Response> {
  const { ledger, config, now, destinations } = c.env;
  const query = new URL(c.req.url).searchParams;
  const { days, after, chosen } = chosenIn(query);
  const on = destinations();
  const [stats, coverage, alerts, { items, next }, stopped] = await Promise.all([
    readStats(ledger, days, now()),
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
    alerts: openAlerts(alerts),
    firstSteps: isFirstRun(shown) ? await firstSteps(c.env) : undefined,
    notice: query.get('done') ?? undefined,
  });
  const refreshSeconds = Math.max(REFRESH_SECONDS, Math.round(stats.total / SIGNUPS_PER_SECOND));
  return page(c, { title: 'Signups', main, refreshSeconds });
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
