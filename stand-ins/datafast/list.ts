// List visitors as documented: a window, filters, pages. Its meaning of `acquisition` is not documented, so both
// possible ones are here. https://datafa.st/docs/api-list-visitors
import { type DatafastVisitor, isCustomer, type VisitedPage } from './record.ts';

export interface ListMeaning {
  /** Which visit `acquisition` tells. */
  acquisition: 'first' | 'last';
  /** Which moment of a visitor the window has to hold. */
  window: 'first' | 'last';
  /** A visitor is not in the list for so long after the first visit. */
  lagMs: number;
}

/** A wrong query is answered with its fault. */
export type ListAnswer =
  | { kind: 'page'; data: unknown[]; pagination: Pagination }
  | { kind: 'invalid'; message: string };

interface Pagination {
  limit: number;
  offset: number;
  total: number;
  hasMore: boolean;
}

const MAX_LIMIT = 250;
const DEFAULT_LIMIT = 100;
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const PARAMS = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'ref',
  'source',
  'via',
] as const;
const IDENTITY = ['country', 'region', 'city', 'browser', 'os', 'device'] as const;
const KNOWN: readonly string[] = [
  ...['websiteId', 'startAt', 'endAt', 'timezone', 'limit', 'offset', 'visitedPage'],
  ...['visitedPageContains', 'completedGoal', 'referrer', 'hostname', 'isCustomer', 'hasRevenue'],
  ...IDENTITY,
  ...PARAMS,
];

export function listAnswer(
  visitors: readonly DatafastVisitor[],
  query: Readonly<Record<string, string>>,
  meaning: ListMeaning,
  now: number,
): ListAnswer {
  const fault = faultIn(query);
  if (fault) return { kind: 'invalid', message: fault };
  const limit = Number(query.limit ?? DEFAULT_LIMIT);
  const offset = Number(query.offset ?? 0);
  const found = visitors
    .filter((visitor) => now - Date.parse(visitor.activity.firstVisitAt) >= meaning.lagMs)
    .filter((visitor) => isWithin(visitor, query, meaning))
    .filter((visitor) => passes(visitor, query, meaning))
    .sort((a, b) => Date.parse(b.activity.lastVisitAt) - Date.parse(a.activity.lastVisitAt));
  const data = found.slice(offset, offset + limit).map((visitor) => rowOf(visitor, meaning));
  const hasMore = offset + data.length < found.length;
  return { kind: 'page', data, pagination: { limit, offset, total: found.length, hasMore } };
}

function faultIn(query: Readonly<Record<string, string>>): string | undefined {
  const { startAt, endAt, limit = '100', offset = '0', visitedPage = '' } = query;
  const unknown = Object.keys(query).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) return `Unknown parameter ${unknown}`;
  if ((startAt === undefined) !== (endAt === undefined)) return 'startAt and endAt go together';
  for (const text of [startAt, endAt]) {
    if (text !== undefined && (!INSTANT.test(text) || Number.isNaN(Date.parse(text)))) {
      return 'startAt and endAt are YYYY-MM-DD or ISO timestamps';
    }
  }
  if (startAt && endAt && Date.parse(startAt) > Date.parse(endAt)) return 'startAt is after endAt';
  if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT) {
    return `limit is 1 to ${MAX_LIMIT}`;
  }
  if (!/^\d+$/.test(offset)) return 'offset is a whole number';
  if (visitedPage.split(',').length > 50) return 'visitedPage takes at most 50 values';
  return undefined;
}

function isWithin(
  { activity }: DatafastVisitor,
  { startAt, endAt }: Readonly<Record<string, string>>,
  { window }: ListMeaning,
): boolean {
  if (startAt === undefined || endAt === undefined) return true;
  const at = Date.parse(window === 'first' ? activity.firstVisitAt : activity.lastVisitAt);
  return at >= Date.parse(startAt) && at <= Date.parse(endAt);
}

function passes(
  visitor: DatafastVisitor,
  query: Readonly<Record<string, string>>,
  meaning: ListMeaning,
): boolean {
  const row = rowOf(visitor, meaning);
  const { visitedPage, referrer, isCustomer: customer } = query;
  return (
    IDENTITY.every((name) => query[name] === undefined || row.identity[name] === query[name]) &&
    PARAMS.every((name) => query[name] === undefined || row.acquisition[name] === query[name]) &&
    (referrer === undefined || row.acquisition.referrer === referrer) &&
    (customer === undefined ||
      isCustomer(visitor.activity.completedGoals) === (customer === 'true')) &&
    (visitedPage === undefined ||
      visitor.activity.visitedPages.some((page) => visitedPage.split(',').includes(pathOf(page))))
  );
}

function pathOf({ url }: VisitedPage): string {
  return new URL(/^https?:/.test(url) ? url : `https://${url}`).pathname;
}

interface Row {
  visitorId: string;
  lastSeenAt: string;
  currentUrl: string | null;
  identity: Record<(typeof IDENTITY)[number], string | null>;
  acquisition: Record<string, string | null>;
}

function rowOf(visitor: DatafastVisitor, { acquisition }: ListMeaning): Row {
  const { visitorId, identity, activity } = visitor;
  const isReturning = activity.visitCount > 1;
  const touch =
    acquisition === 'last' && isReturning
      ? (visitor.lastTouch ?? { referrer: null, params: {} })
      : { referrer: visitor.referrer, params: identity.params };
  const params: Record<string, string | null> = {};
  for (const name of PARAMS) params[name] = touch.params[name] ?? null;
  return {
    visitorId,
    lastSeenAt: activity.lastVisitAt,
    currentUrl: activity.currentUrl,
    identity: {
      country: identity.country,
      region: identity.region,
      city: identity.city,
      browser: identity.browser.name,
      os: identity.os.name,
      device: identity.device.type,
    },
    acquisition: { ...params, referrer: touch.referrer },
  };
}
