// How many requests an invocation may still make. Beyond its plan's number the runtime refuses, which would look
// like an upstream that is down.

/** What has to be left before more visitors are asked for: the map, a read, an upsert, definitions, the time zone. */
export const REQUESTS_PER_ROUND = 5;

export interface RequestMeter {
  fetch: typeof fetch;
  requestsLeft(): number;
}

/** Counts what goes out through `fetch`. */
export function meterRequests(send: typeof fetch, allowed: number): RequestMeter {
  let made = 0;
  return {
    fetch: (...request: Parameters<typeof fetch>) => {
      made += 1;
      return send(...request);
    },
    requestsLeft: () => Math.max(0, allowed - made),
  };
}
