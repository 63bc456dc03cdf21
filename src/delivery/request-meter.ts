// How many requests an invocation may still make. Beyond its plan's number the runtime refuses, which would look
// like an upstream that is down.

export interface RequestMeter {
  fetch: typeof fetch;
  requestsLeft(): number;
}

/** Counts the requests that go out through `fetch`. */
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
