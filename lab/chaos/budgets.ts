// Whether a run stayed within what DataFast, HubSpot and the Free plan allow, as the services counted it.
import type { RecordedRequest } from '../../stand-ins/requests.ts';

export interface Budget {
  what: string;
  most: number;
  allowed: number;
}

export interface Counted {
  datafast: readonly RecordedRequest[];
  hubspot: readonly RecordedRequest[];
  datafastRequestsPerMinute: number;
  mostRequestsPerInvocation: number;
  mostRequestsAtOnce: number;
}

const MINUTE_MS = 60_000;
const ROLLING_MS = 10_000;
/** The Worker asks six at a time, so five more requests are open when it learns of the first refusal. */
const OPEN_AT_ONCE = 6;
/** The request of a destination that hangs stays open for a while when nobody waits for it any more. */
const LEFT_BEHIND = 1;

export function budgetsOf(counted: Counted): Budget[] {
  const minutes = minutesOf(counted.datafast.filter(({ intercepted }) => !intercepted));
  const refusedByHubspot = counted.hubspot.filter(
    ({ status, intercepted }) => status === 429 && !intercepted,
  );
  return [
    {
      what: 'DataFast: requests served in one of its minutes',
      most: Math.max(0, ...minutes.map(({ served }) => served)),
      allowed: counted.datafastRequestsPerMinute,
    },
    {
      what: 'DataFast: requests over its limit, in one of its minutes',
      most: Math.max(0, ...minutes.map(({ refused }) => refused)),
      allowed: OPEN_AT_ONCE,
    },
    {
      what: 'HubSpot: requests within 10 seconds',
      most: mostWithin(counted.hubspot, ROLLING_MS),
      allowed: 100,
    },
    { what: 'HubSpot: requests over its limit', most: refusedByHubspot.length, allowed: 0 },
    { what: 'requests of one invocation', most: counted.mostRequestsPerInvocation, allowed: 50 },
    {
      what: 'requests open at once',
      most: counted.mostRequestsAtOnce,
      allowed: OPEN_AT_ONCE + LEFT_BEHIND,
    },
  ];
}

/** DataFast's minute begins with the first request after the end of the last minute. */
function minutesOf(requests: readonly RecordedRequest[]): { served: number; refused: number }[] {
  const minutes: { endsAt: number; served: number; refused: number }[] = [];
  for (const { at, status } of inOrder(requests)) {
    let minute = minutes.at(-1);
    if (!minute || at >= minute.endsAt) {
      minute = { endsAt: at + MINUTE_MS, served: 0, refused: 0 };
      minutes.push(minute);
    }
    if (status === 429) minute.refused += 1;
    else minute.served += 1;
  }
  return minutes;
}

/** A request that was held up is taken up after those that came later. */
const inOrder = (requests: readonly RecordedRequest[]) =>
  requests.toSorted((one, other) => one.at - other.at);

function mostWithin(given: readonly RecordedRequest[], windowMs: number): number {
  const requests = inOrder(given);
  let most = 0;
  let first = 0;
  requests.forEach(({ at }, last) => {
    while (at - (requests[first]?.at ?? at) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
