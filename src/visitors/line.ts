// The line of those who wait for DataFast's next minutes. Without places, all of them would come back at once, and most
// of them would have to wait again. Kept per isolate, as a hint that saves messages.
import { MINUTE_MS } from '../time.ts';

/** A coming minute of DataFast. */
interface Minute {
  startMs: number;
  /** Places that are left. */
  places: number;
}
export type Line = Minute[];

export const newLine = (): Line => [];

/** A minute begins with its first request, which is a little later than it could be. */
const NEXT_MS = MINUTE_MS + 1_000;

/** The moment of the next free place. `resetMs`: when DataFast's next minute begins. */
export function takePlace(line: Line, resetMs: number, perMinute: number, nowMs: number): number {
  // Those with a place in a minute that has begun have come back.
  line.splice(0, Infinity, ...line.filter(({ startMs }) => startMs > nowMs));
  for (let startMs = resetMs; ; startMs += NEXT_MS) {
    const minute = line.find((one) => Math.abs(one.startMs - startMs) < MINUTE_MS / 2);
    if (!minute) {
      line.push({ startMs, places: perMinute - 1 });
      return startMs;
    }
    if (minute.places > 0) {
      minute.places -= 1;
      return Math.max(minute.startMs, resetMs);
    }
  }
}
