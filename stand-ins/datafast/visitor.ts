// Makes a whole visitor of the few facts a test or the demo cares about.
import {
  type CompletedGoal,
  type DatafastVisitor,
  isCustomer,
  type ParamName,
  type VisitedPage,
  type VisitorPrediction,
} from './record.ts';

export interface VisitorFacts {
  visitorId?: string;
  params?: Partial<Record<ParamName, string | null>>;
  adClickIds?: Record<string, string | null> | null;
  referrer?: string | null;
  /** Earliest first; an address alone is given a time half a minute after the one before. */
  pages?: readonly (string | VisitedPage)[];
  goals?: readonly (string | CompletedGoal)[];
  /** Without one: an ordinary prediction, and `null` for a customer, as DataFast has it. */
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

export function visitor(facts: VisitorFacts = {}): DatafastVisitor {
  const firstVisitAt = facts.firstVisitAt ?? '2026-09-01T09:12:44.154Z';
  const at = (step: number) => new Date(Date.parse(firstVisitAt) + step * 30_000).toISOString();
  const visitedPages = (facts.pages ?? ['example.com/', 'example.com/pricing']).map(
    (page, index) => (typeof page === 'string' ? { url: page, timestamp: at(index) } : page),
  );
  const completedGoals = (facts.goals ?? []).map((goal): CompletedGoal => {
    if (typeof goal !== 'string') return goal;
    return { name: goal, origin: 'manual', timestamp: at(visitedPages.length) };
  });
  const lastPage = visitedPages.at(-1);
  const country = facts.country === undefined ? 'US' : facts.country;

  return {
    visitorId: facts.visitorId ?? crypto.randomUUID(),
    identity: {
      // The field is documented as a name, yet every example holds the code.
      country,
      countryCode: country,
      region: facts.region === undefined ? 'US-CO' : facts.region,
      city: facts.city === undefined ? 'Denver' : facts.city,
      params: paramsOf(facts.params ?? {}),
      adClickIds: facts.adClickIds === undefined ? {} : facts.adClickIds,
      browser: {
        name: facts.browser === undefined ? 'Chrome' : facts.browser,
        version: '133.0.0.0',
      },
      os: { name: facts.os === undefined ? 'Mac OS' : facts.os, version: '10.15.7' },
      device: {
        type: facts.device === undefined ? 'desktop' : facts.device,
        vendor: 'Apple',
        model: 'Macintosh',
      },
      viewport: { width: 1728, height: 998 },
    },
    activity: {
      visitCount: facts.visitCount ?? 1,
      pageViewCount: visitedPages.length,
      firstVisitAt,
      lastVisitAt: facts.lastVisitAt ?? lastPage?.timestamp ?? firstVisitAt,
      currentUrl: lastPage?.url ?? null,
      completedGoals,
      visitedPages,
    },
    ...(facts.profile && { profile: facts.profile }),
    prediction: predictionOf(facts.prediction, completedGoals),
    referrer: facts.referrer ?? null,
    ...(facts.generation && { generation: facts.generation }),
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
  given: VisitorFacts['prediction'],
  goals: readonly CompletedGoal[],
): VisitorPrediction | null {
  if (given === null || (given === undefined && isCustomer(goals))) return null;
  return { ...ORDINARY, ...given };
}
