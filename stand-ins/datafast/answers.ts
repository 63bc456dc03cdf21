// A visitor as DataFast answers it: in the two generations of its documentation, and on the realtime map.
import { type DatafastVisitor, isCustomer } from './record.ts';

export const REALTIME_WINDOW_MS = 10 * 60_000;

/** The `data` of Get visitor. */
export function getVisitorAnswer(visitor: DatafastVisitor, generation: 'A' | 'B', now: number) {
  const { visitorId, identity, profile, prediction } = visitor;
  const { completedGoals, ...activity } = visitor.activity;
  const times = {
    timeSinceFirstVisit: now - Date.parse(activity.firstVisitAt),
    timeSinceCurrentVisit: now - Date.parse(activity.lastVisitAt),
  };
  if (generation === 'B') {
    return {
      visitorId,
      identity,
      activity: { ...activity, ...times, completedGoals: completedGoals.map(typed) },
      ...(profile && { profile }),
      prediction,
    };
  }

  const { adClickIds: _newer, params, ...knownThen } = identity;
  const { via: _newerToo, ...paramsThen } = params;
  return {
    visitorId,
    identity: { ...knownThen, params: paramsThen },
    activity: {
      ...activity,
      ...times,
      completedCustomGoals: completedGoals
        .filter((goal) => goal.origin === 'manual')
        .map(({ name, timestamp }) => ({ name, description: '', isServer: false, timestamp })),
    },
    prediction,
  };
}

function typed(goal: DatafastVisitor['activity']['completedGoals'][number]) {
  return { ...goal, type: goal.origin === 'manual' ? 'custom' : 'payment' };
}

/** The `data` of the realtime map: the visitors of the last ten minutes. */
export function realtimeMapAnswer(visitors: readonly DatafastVisitor[], now: number) {
  const active = visitors.filter(({ activity }) => {
    const age = now - Date.parse(activity.lastVisitAt);
    return age >= 0 && age <= REALTIME_WINDOW_MS;
  });
  return {
    count: active.length,
    visitors: active.map(onTheMap),
    conversionMetrics: { baselineConversionRate: 0.0044, baselineAverageValue: 243.63 },
    hasConversionPredictions: active.some((visitor) => visitor.prediction !== null),
    recentEvents: [],
    recentPayments: [],
  };
}

function onTheMap({
  visitorId,
  identity,
  activity,
  profile,
  prediction,
  referrer,
  lastTouch,
}: DatafastVisitor) {
  const customer = isCustomer(activity.completedGoals);
  return {
    visitorId,
    location: { city: identity.city, region: identity.region, countryCode: identity.countryCode },
    system: {
      browser: { name: identity.browser.name },
      os: { name: identity.os.name },
      device: { type: identity.device.type },
    },
    currentUrl: activity.currentUrl,
    referrer: activity.visitCount > 1 ? (lastTouch?.referrer ?? referrer) : referrer,
    sessionStartTime: activity.lastVisitAt,
    visitCount: activity.visitCount,
    params: identity.params,
    isCustomer: customer,
    customerName: null,
    customerEmail: null,
    profileData: {
      displayName: null,
      userId: profile?.userId ?? null,
      hasProfile: profile !== undefined,
      isRandomName: profile === undefined,
    },
    conversionLikelihood: prediction && {
      // Here a customer scores 100. Get visitor answers `null` for a customer.
      score: customer ? 100 : prediction.score,
      confidence: prediction.confidence,
      isBaseline: false,
      dimensionMatches: ['device', 'os', 'browser', 'country', 'referrer'],
      raw: {
        conversionRate: prediction.conversionRate,
        averageValue: 246.98,
        expectedValue: prediction.expectedValue,
      },
    },
  };
}
