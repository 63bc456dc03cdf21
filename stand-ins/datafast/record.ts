// A visitor as DataFast keeps it: what Get visitor answers, and what only the realtime map answers.

export type ParamName =
  | 'ref'
  | 'source'
  | 'via'
  | 'utm_source'
  | 'utm_medium'
  | 'utm_campaign'
  | 'utm_term'
  | 'utm_content';

export interface VisitedPage {
  url: string;
  timestamp: string;
}

export interface CompletedGoal {
  name: string;
  origin: 'manual' | 'payment_provider';
  timestamp: string;
}

export interface VisitorPrediction {
  score: number;
  conversionRate: number;
  expectedValue: number;
  confidence: number;
}

export interface DatafastVisitor {
  visitorId: string;
  identity: {
    country: string | null;
    countryCode: string | null;
    region: string | null;
    city: string | null;
    params: Record<ParamName, string | null>;
    /** The documentation does not say whether nothing is `{}`, `null` or an absent key. All three are possible here. */
    adClickIds?: Record<string, string | null> | null;
    browser: { name: string | null; version: string | null };
    os: { name: string | null; version: string | null };
    device: { type: string | null; vendor: string | null; model: string | null };
    viewport: { width: number | null; height: number | null };
  };
  activity: {
    visitCount: number;
    pageViewCount: number;
    firstVisitAt: string;
    lastVisitAt: string;
    currentUrl: string | null;
    completedGoals: CompletedGoal[];
    visitedPages: VisitedPage[];
  };
  profile?: { userId: string; metadata: Record<string, string>; identifiedAt: string };
  prediction: VisitorPrediction | null;
  /** Of the first visit. Only the realtime map and List visitors have it, and no generation of Get visitor. */
  referrer: string | null;
  /** Of the latest visit, where that is another one. Absent: direct. */
  lastTouch?: { referrer: string | null; params: Partial<Record<ParamName, string | null>> };
  /** The generation of the documentation for this visitor. Absent: the stand-in's. */
  generation?: 'A' | 'B';
}

export function isCustomer(goals: readonly CompletedGoal[]): boolean {
  return goals.some((goal) => goal.origin === 'payment_provider');
}
