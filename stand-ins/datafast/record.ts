// A visitor as DataFast keeps one: what Get visitor tells of them, and what only the realtime map does.

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
    /** Whether nothing is `{}`, `null` or no key at all is undocumented; all three can be said here. */
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
  /** Told by the realtime map alone: Get visitor has it in no generation of the documentation. */
  referrer: string | null;
  /** The generation of the documentation this visitor is answered in; without one, the stand-in's. */
  generation?: 'A' | 'B';
}

export function isCustomer(goals: readonly CompletedGoal[]): boolean {
  return goals.some((goal) => goal.origin === 'payment_provider');
}
