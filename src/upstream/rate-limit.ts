// How many requests a service still allows: what its answers say, and where they say nothing, our own count. Kept per
// isolate, as a hint that saves refused requests.

export interface RateLimit {
  /** When the requests of the last window were sent. */
  sentAtMs: number[];
  /** When requests were sent that have no answer yet: the next answers do not count them. */
  underWayMs: number[];
  /** What the service said last, until its window ends. */
  reported: { remaining: number; untilMs: number } | undefined;
  limit: number;
  windowMs: number;
}

/** What an answer says about the limit. */
export interface ReportedLimit {
  limit?: number;
  remaining?: number;
  /** Seconds until the window ends. */
  resetSeconds?: number;
}

/** Two clocks differ a little, and a request that is too early is refused. */
const MARGIN_MS = 500;
/** No request is waited for longer. An invocation that was ended takes its requests with it. */
const LONGEST_REQUEST_MS = 10_000;
/** Two answers of one window may name its end this much apart. */
const SAME_WINDOW_MS = 2_000;

/** `limit` requests in `windowMs`, until the service says otherwise. */
export function newRateLimit(limit: number, windowMs: number): RateLimit {
  return { sentAtMs: [], underWayMs: [], reported: undefined, limit, windowMs };
}

/** Takes one request of what is left; else the seconds until there is one. */
export function takeRequest(
  rateLimit: RateLimit,
  nowMs: number,
): { waitSeconds: number } | undefined {
  if (rateLimit.reported && rateLimit.reported.untilMs <= nowMs) {
    // A new window has begun by the service's own word. Nothing was sent in it yet.
    rateLimit.reported = undefined;
    rateLimit.sentAtMs = [];
  }
  const { reported, limit, windowMs } = rateLimit;
  const recent = rateLimit.sentAtMs.findIndex((at) => at > nowMs - windowMs - MARGIN_MS);
  rateLimit.sentAtMs.splice(0, recent < 0 ? rateLimit.sentAtMs.length : recent);
  if (reported) {
    if (reported.remaining <= 0) return { waitSeconds: (reported.untilMs - nowMs) / 1000 };
    reported.remaining -= 1;
  } else if (rateLimit.sentAtMs.length >= limit) {
    const [oldest = nowMs] = rateLimit.sentAtMs;
    return { waitSeconds: (oldest + windowMs + MARGIN_MS - nowMs) / 1000 };
  }
  rateLimit.sentAtMs.push(nowMs);
  rateLimit.underWayMs.push(nowMs);
  return undefined;
}

/** How many requests may be sent now, as far as is known. */
export function requestsLeft(
  { reported, sentAtMs, limit, windowMs }: RateLimit,
  nowMs: number,
): number {
  if (reported && reported.untilMs > nowMs) return Math.max(0, reported.remaining);
  // The window that the service has named is over, and what was sent in it no longer counts.
  if (reported) return limit;
  return Math.max(0, limit - sentAtMs.filter((at) => at > nowMs - windowMs - MARGIN_MS).length);
}

/** Learns from an answer; `undefined` when no answer came. */
export function learnLimit(
  rateLimit: RateLimit,
  said: ReportedLimit | undefined,
  nowMs: number,
): void {
  const stillUnderWay = rateLimit.underWayMs.filter((at) => at > nowMs - LONGEST_REQUEST_MS);
  rateLimit.underWayMs = stillUnderWay.slice(1);
  if (said?.limit) rateLimit.limit = said.limit;
  if (said?.remaining === undefined) return;
  const untilMs = nowMs + (said.resetSeconds ?? rateLimit.windowMs / 1000) * 1000 + MARGIN_MS;
  // Answers overtake each other, and each counts only the requests before it.
  const left = Math.max(0, said.remaining - rateLimit.underWayMs.length);
  const { reported } = rateLimit;
  const isSameWindow =
    reported !== undefined &&
    reported.untilMs > nowMs &&
    untilMs <= reported.untilMs + SAME_WINDOW_MS;
  rateLimit.reported = {
    remaining: isSameWindow ? Math.min(reported.remaining, left) : left,
    untilMs: isSameWindow ? reported.untilMs : untilMs,
  };
}

/** The service refused a request for its rate: nothing is left until then. Returns the seconds to wait. */
export function limitReached(rateLimit: RateLimit, afterSeconds: number, nowMs: number): number {
  const waitMs = afterSeconds * 1000 + MARGIN_MS;
  rateLimit.reported = { remaining: 0, untilMs: nowMs + waitMs };
  return waitMs / 1000;
}
