// The clock: ours against the Date of every answer. A wrong one makes signed webhooks look too old.
import { line } from './line.ts';
import type { Check } from './report.ts';

/** Signatures are good for five minutes. */
const TOLERATED_SECONDS = 60;

/** A `fetch` that notes how far the dates of answers are from ours. */
export function watchDates(send: typeof fetch, now: () => number) {
  let secondsOff: number | undefined;
  return {
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await send(...request);
      const at = Date.parse(response.headers.get('date') ?? '');
      const off = Math.round((now() - at) / 1000);
      // Where one agrees with us, it is another whose clock is wrong.
      if (at > 0 && Math.abs(off) < Math.abs(secondsOff ?? Number.POSITIVE_INFINITY))
        secondsOff = off;
      return response;
    },
    /** Nothing while nobody has answered with a date. */
    checks(): readonly Check[] {
      if (secondsOff === undefined) return [];
      const isWrong = Math.abs(secondsOff) > TOLERATED_SECONDS;
      const fix = isWrong ? 'Set this machine’s clock.' : undefined;
      return [line('clock', `${secondsOff} s off`, fix)];
    },
  };
}
