// The first page: reads what it shows from the ledger, by the question in its address.
import type { Context } from 'hono';
import { digest } from '../../../crypto.ts';
import type { OpenDestination } from '../../../destinations/destination.ts';
import { openAlerts } from '../../../health/alerts/open-alerts.ts';
import { COVERAGE_DAYS } from '../../../health/read-coverage.ts';
import { readAlerts } from '../../../ledger/alerts.ts';
import { listSignups } from '../../../ledger/list.ts';
import { readNews } from '../../../ledger/news.ts';
import { LOADING, POLLING, POLLING_QUIET } from '../../../ledger/people/roll-ups.ts';
import { readStopped, removeStopped, stoppedAmong } from '../../../ledger/stopped.ts';
import { DAY_SECONDS, isoOf, MINUTE_MS } from '../../../time.ts';
import { VERSION } from '../../../version.ts';
import { answerPeople } from '../../answer-people.ts';
import { cursorFor } from '../../cursor.ts';
import { isViewer } from '../../for-viewer.ts';
import { cookieOf } from '../../session.ts';
import { filtersOf } from '../../signups.ts';
import { isTimeZone, UTC } from '../../time-zone.ts';
import type { WebEnv } from '../../web.ts';
import { firstSteps } from '../first-steps.ts';
import { formatsFor } from '../formats.ts';
import { page } from '../page.ts';
import { tabOf } from './breakdown.ts';
import { intervalOf, partsOf } from './chart-card.ts';
import { overview } from './overview.ts';
import { type Question, readQuestion } from './page-query.ts';

const REFRESH_SECONDS = 15;
/** Where much comes, somebody always has come. D1 bills the rows that are read. */
const BUSY_REFRESH_SECONDS = 60;
const BUSY_SIGNUPS_A_DAY = 200;
/** A page that reads more rows for its days and its list asks less often. */
const ROWS_A_SECOND = 6;
const LIST_LENGTH = 50;

/** `GET /`; 304 when nothing is new. */
export async function showOverview(c: Context<WebEnv>): Promise<Response> {
  const { ledger, config, now, destinations, look } = c.env;
  const kept = keepZone(c);
  if (kept) return kept;
  const zoneName = zoneOf(c.req.raw);
  const given = c.req.header('if-none-match');
  if (given !== undefined && given === (await newsOf(c, zoneName)).etag) {
    return new Response(null, { status: 304 });
  }
  const query = new URL(c.req.url).searchParams;
  const question = readQuestion(query, zoneName, now());
  let days = 0;
  const { coverage, countedAtMs } = await c.env.readCoverage();
  const isBusy = (coverage[0]?.received ?? 0) > BUSY_SIGNUPS_A_DAY * COVERAGE_DAYS;
  const pace = given === undefined ? LOADING : isBusy ? POLLING : POLLING_QUIET;
  const answered = await answerPeople(c.env, question, [tabOf(question), 'match'], pace, (all) => {
    days = all.length;
    return partsOf(all, intervalOf(question, days));
  });
  // What has changed may be counted now, which is news for a page that was loaded before.
  const { etag, isBehind } = await newsOf(c, zoneName);
  const [alerts, unfinished, { items, next, rowsRead }, stopped] = await Promise.all([
    readAlerts(ledger),
    c.env.readUnfinished(given !== undefined),
    listSignups(ledger, {
      ...listed(question, answered.period),
      isExact: isViewer(c) || undefined,
    }),
    stoppedOf(c, destinations()),
  ]);
  const isFirstRun =
    items.length === 0 && answered.now.total.people === 0 && question.search.size === 0;
  const isEmpty = isFirstRun && (await listSignups(ledger, { limit: 1 })).items.length === 0;
  const main = overview({
    question,
    answered,
    interval: intervalOf(question, days),
    unfinished,
    problems: config.problems,
    stopped,
    caller: c.get('caller'),
    coverage,
    coverageAt: now() - countedAtMs < MINUTE_MS ? undefined : isoOf(countedAtMs),
    trouble: await look(),
    alerts: openAlerts(alerts),
    firstSteps: isEmpty ? await firstSteps(c.env) : undefined,
    list: { items, nextCursor: next && cursorFor(next) },
    notice: query.get('done') ?? undefined,
    formats: formatsFor(c.req.header('accept-language')),
  });
  const response = await page(c, {
    title: 'Signups',
    main,
    refreshSeconds: pauseSeconds(isBusy, rowsRead + (answered.before ? 2 * days : days)),
    zoneName,
  });
  // Where much comes, the next signup is news soon enough. Elsewhere the page asks until everybody of its list is counted.
  response.headers.set('etag', isBehind && !isBusy ? '"behind"' : etag);
  return response;
}

/** Until the page asks again. `rows`: of its list, and of the days that it counts. */
const pauseSeconds = (isBusy: boolean, rows: number): number =>
  Math.max(isBusy ? BUSY_REFRESH_SECONDS : REFRESH_SECONDS, Math.ceil(rows / ROWS_A_SECOND));

/** The signups of the question. A search finds those of any time. */
function listed(question: Question, { fromMs, untilMs }: { fromMs: number; untilMs: number }) {
  const { channel, brought_by, campaign, landing_page, country, partner } = question;
  const { source, match, status, reason, touch, q, cursor } = question;
  const filters = { channel, brought_by, campaign, landing_page, country, partner };
  const period = q === undefined && { from: isoOf(fromMs), to: isoOf(untilMs) };
  return {
    ...filtersOf({ ...filters, source, match, status, reason, touch, q, ...period }),
    after: cursor,
    limit: LIST_LENGTH,
    isBrief: true as const,
  };
}

const ZONE_COOKIE = 'zone';
const ZONE_SECONDS = 365 * DAY_SECONDS;

/** The script says once which zone the viewer's clock has. */
function zoneOf(request: Request): string {
  // A name of a zone needs no escaping. Another application of the domain may have a cookie that is called so, too.
  const name = cookieOf(request, ZONE_COOKIE) ?? '';
  return name !== '' && isTimeZone(name) ? name : UTC;
}

/** Keeps the zone of the address; `undefined`: it has none that is known. */
function keepZone(c: Context<WebEnv>): Response | undefined {
  const url = new URL(c.req.url);
  const zoneName = url.searchParams.get('zone');
  if (zoneName === null || !isTimeZone(zoneName)) return undefined;
  url.searchParams.delete('zone');
  const cookie = `${ZONE_COOKIE}=${zoneName}; Path=/; Max-Age=${ZONE_SECONDS}; HttpOnly; SameSite=Lax`;
  c.header('set-cookie', cookie);
  return c.redirect(`/${url.search}`, 302);
}

/** The page asks whether there is anything new, which reads the ends of a few indexes. */
async function newsOf(
  c: Context<WebEnv>,
  zoneName: string,
): Promise<{ etag: string; isBehind: boolean }> {
  const { ledger, now, look } = c.env;
  const { search } = new URL(c.req.url);
  const hour = isoOf(now()).slice(0, 13);
  const language = c.req.header('accept-language');
  const viewer = [VERSION, hour, search, zoneName, language, c.get('caller')?.role];
  const { mark, newestStale } = await readNews(ledger);
  return {
    etag: `"${await digest(JSON.stringify([mark, await look(), ...viewer]))}"`,
    // Somebody of this hour is in the list and not in the figures.
    isBehind: newestStale !== null && newestStale >= hour,
  };
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
