// Makes a whole visitor from the few properties that a test or the demo cares about.
import {
  type CompletedGoal,
  type DatafastVisitor,
  isCustomer,
  type ParamName,
  type VisitedPage,
  type VisitorPrediction,
} from './record.ts';

export interface VisitorProperties {
  visitorId?: string;
  params?: Partial<Record<ParamName, string | null>>;
  adClickIds?: Record<string, string | null> | null;
  referrer?: string | null;
  lastTouch?: DatafastVisitor['lastTouch'];
  /** Earliest first. An address without a time gets one that is half a minute after the page before. */
  pages?: readonly (string | VisitedPage)[];
  goals?: readonly (string | CompletedGoal)[];
  /** Absent: an ordinary prediction, or `null` for a customer, as DataFast answers. */
  prediction?: Partial<VisitorPrediction> | null;
  country?: string | null;
  region?: string | null;
  city?: string | null;
  browser?: string | null;
  os?: string | null;
  device?: string | null;
  visitCount?: number;
  firstVisitAt?: string;
  lastVisitAt?: string;
  profile?: DatafastVisitor['profile'];
  generation?: 'A' | 'B';
}

const ORDINARY: VisitorPrediction = {
  score: 72,
  conversionRate: 0.0138,
  expectedValue: 3.089,
  confidence: 0.831,
};

export function visitor(given: VisitorProperties = {}): DatafastVisitor {
  const firstVisitAt = given.firstVisitAt ?? '2026-09-01T09:12:44.154Z';
  const at = (step: number) => new Date(Date.parse(firstVisitAt) + step * 30_000).toISOString();
  const visitedPages = (given.pages ?? ['example.com/', 'example.com/pricing']).map(
    (page, index) => (typeof page === 'string' ? { url: page, timestamp: at(index) } : page),
  );
  const completedGoals = (given.goals ?? []).map((goal): CompletedGoal => {
    if (typeof goal !== 'string') return goal;
    return { name: goal, origin: 'manual', timestamp: at(visitedPages.length) };
  });
  const lastPage = visitedPages.at(-1);
  const country = given.country === undefined ? 'US' : given.country;

  return {
    visitorId: given.visitorId ?? crypto.randomUUID(),
    identity: {
      // Documented as a name, but every example has the code.
      country,
      countryCode: country,
      region: given.region === undefined ? 'US-CO' : given.region,
      city: given.city === undefined ? 'Denver' : given.city,
      params: paramsOf(given.params ?? {}),
      adClickIds: given.adClickIds === undefined ? {} : given.adClickIds,
      browser: {
        name: given.browser === undefined ? 'Chrome' : given.browser,
        version: '133.0.0.0',
      },
      os: { name: given.os === undefined ? 'Mac OS' : given.os, version: '10.15.7' },
      device: {
        type: given.device === undefined ? 'desktop' : given.device,
        vendor: 'Apple',
        model: 'Macintosh',
      },
      viewport: { width: 1728, height: 998 },
    },
    activity: {
      visitCount: given.visitCount ?? 1,
      pageViewCount: visitedPages.length,
      firstVisitAt,
      lastVisitAt: given.lastVisitAt ?? lastPage?.timestamp ?? firstVisitAt,
      currentUrl: lastPage?.url ?? null,
      completedGoals,
      visitedPages,
    },
    ...(given.profile && { profile: given.profile }),
    prediction: predictionOf(given.prediction, completedGoals),
    referrer: given.referrer ?? null,
    ...(given.lastTouch && { lastTouch: given.lastTouch }),
    ...(given.generation && { generation: given.generation }),
  };
}

function paramsOf(
  given: Partial<Record<ParamName, string | null>>,
): DatafastVisitor['identity']['params'] {
  const value = (name: ParamName) => given[name] ?? null;
  return {
    ref: value('ref'),
    source: value('source'),
    via: value('via'),
    utm_source: value('utm_source'),
    utm_medium: value('utm_medium'),
    utm_campaign: value('utm_campaign'),
    utm_term: value('utm_term'),
    utm_content: value('utm_content'),
  };
}

function predictionOf(
  given: VisitorProperties['prediction'],
  goals: readonly CompletedGoal[],
): VisitorPrediction | null {
  if (given === null || (given === undefined && isCustomer(goals))) return null;
  return { ...ORDINARY, ...given };
}
