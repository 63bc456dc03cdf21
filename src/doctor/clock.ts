// The clock: ours against the Date of every answer. A wrong one makes signed webhooks look too old.
import { type Check, ok, problem } from './report.ts';

/** Signatures are good for five minutes. */
const TOLERATED_SECONDS = 60;

/** A `fetch` that remembers how far the answers' dates are from ours. */
export function watchDates(send: typeof fetch, now: () => number) {
  let secondsOff: number | undefined;
  return {
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await send(...request);
      const at = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(at)) secondsOff = Math.round((now() - at) / 1000);
      return response;
    },
    secondsOff: () => secondsOff,
  };
}

export function checkClock(secondsOff: number | undefined): Check {
  if (secondsOff === undefined) return ok('clock', 'No answer to compare it with');
  const what = `${Math.abs(secondsOff)} s ${secondsOff < 0 ? 'behind' : 'ahead'}`;
  return Math.abs(secondsOff) > TOLERATED_SECONDS
    ? problem('clock', what, 'Set the clock: signed webhooks are refused when it is wrong.')
    : ok('clock', what);
}
