// The clock: ours against the Date of every answer. A wrong one makes signed webhooks look too old.
import { line } from './line.ts';
import type { Check } from './report.ts';

/** Signatures are good for five minutes. */
const TOLERATED_SECONDS = 60;

/** A `fetch` that notes how far the dates of answers are from ours. */
export function watchDates(send: typeof fetch, now: () => number) {
  let secondsOff = 0;
  return {
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await send(...request);
      const at = Date.parse(response.headers.get('date') ?? '');
      if (at > 0) secondsOff = Math.round((now() - at) / 1000);
      return response;
    },
    check(): Check {
      const isWrong = Math.abs(secondsOff) > TOLERATED_SECONDS;
      return line(
        'clock',
        `${secondsOff} s off`,
        isWrong ? 'Set this machine’s clock.' : undefined,
      );
    },
  };
}
