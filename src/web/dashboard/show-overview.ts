// The first page: reads what it shows from the ledger, by the filters in its address.
import type { Context } from 'hono';
import { openAlerts } from '../../health/alerts/open-alerts.ts';
import { readAlerts } from '../../ledger/alerts.ts';
import { listSignups } from '../../ledger/list.ts';
import { readStats } from '../../ledger/stats.ts';
import { cursorFor } from '../cursor.ts';
import { ListQuery } from '../signups.ts';
import { StatsQuery } from '../stats.ts';
import type { WebEnv } from '../web.ts';
import { firstSteps } from './first-steps.ts';
import { isFirstRun, overview } from './overview.ts';
import { page } from './page.ts';

const REFRESH_SECONDS = 15;
/** D1 bills the rows that are read, so a page that counts many rows is refreshed less often. */
const SIGNUPS_PER_SECOND = 50;

export async function showOverview(c: Context<WebEnv>): Promise<Response> {
  const { ledger, config, now } = c.env;
  const query = new URL(c.req.url).searchParams;
  const { days, q, after, filters } = chosenIn(query);
  const [stats, coverage, alerts, { items, next }] = await Promise.all([
    readStats(ledger, days, now()),
    c.env.readCoverage(),
    readAlerts(ledger),
    listSignups(ledger, { ...filters, search: q, after, isBrief: true }),
  ]);
  const { limit: _, ...chosen } = filters;
  const shown = {
    stats,
    list: { items, nextCursor: next && cursorFor(next) },
    filters: {
      values: { ...chosen, q },
      isEmpty: q === undefined && !after && Object.values(chosen).every((value) => !value),
      query,
    },
  };
  const main = overview({
    ...shown,
    problems: config.problems,
    coverage,
    alerts: openAlerts(alerts),
    firstSteps: isFirstRun(shown) ? await firstSteps(c.env) : undefined,
    notice: query.get('done') ?? undefined,
  });
  const refreshSeconds = Math.max(REFRESH_SECONDS, Math.round(stats.total / SIGNUPS_PER_SECOND));
  return page(c, { title: 'Signups', main, refreshSeconds });
}

/** The choices in the address. An unreadable query counts as none. */
function chosenIn(query: URLSearchParams) {
  // The form sends a choice that was not made as an empty text.
  const given = Object.fromEntries([...query].filter(([, value]) => value !== ''));
  const { q, cursor, ...filters } = ListQuery.safeParse(given).data ?? ListQuery.parse({});
  const { days } = StatsQuery.safeParse(given).data ?? StatsQuery.parse({});
  return { days, q, after: cursor, filters };
}
