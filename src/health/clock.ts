// The clock: ours against the Date of every answer. With a wrong clock, signed webhooks look too old.
import { type Check, line } from './report.ts';

/** Signatures are good for five minutes. */
const TOLERATED_SECONDS = 60;

/** A `fetch` that notes how far the dates of answers are from our clock. */
export function watchDates(send: typeof fetch, now: () => number) {
  let secondsOff: number | undefined;
  return {
    fetch: async (...request: Parameters<typeof fetch>) => {
      const response = await send(...request);
      const atMs = Date.parse(response.headers.get('date') ?? '');
      const off = Math.round((now() - atMs) / 1000);
      // The smallest difference counts: where one service agrees with us, the clock of the other one is wrong.
      if (atMs > 0 && Math.abs(off) < Math.abs(secondsOff ?? Number.POSITIVE_INFINITY)) {
        secondsOff = off;
      }
      return response;
    },
    /** Empty while no answer had a date. */
    checks(): readonly Check[] {
      if (secondsOff === undefined) return [];
      const isWrong = Math.abs(secondsOff) > TOLERATED_SECONDS;
      return isWrong
        ? [line('clock', `${secondsOff} s off`, 'Set this machine’s clock.')]
        : [line('clock', 'Right')];
    },
  };
}
