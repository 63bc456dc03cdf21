// A clock that jumps, given to the Worker before any of its modules is loaded. The Worker's code stays the same.
import { createChance } from '../../stand-ins/chance.ts';

let nowMs = 0;

/** What happens while time passes, in order: it moves the clock itself as far as it has something to do. */
let during: (untilMs: number) => Promise<void> = async () => {};

export const clock = {
  now: () => nowMs,
  /** Moves the clock forward. It never goes back. */
  jumpTo(ms: number) {
    nowMs = Math.max(nowMs, ms);
  },
  /** The Worker waits, while the world goes on. */
  async wait(ms: number) {
    const untilMs = nowMs + ms;
    await during(untilMs);
    this.jumpTo(untilMs);
  },
  goOnWith(work: typeof during) {
    during = work;
  },
};

const WallDate = Date;
globalThis.Date = new Proxy(WallDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [nowMs] : given, newTarget),
  get: (target, key) => (key === 'now' ? clock.now : Reflect.get(target, key)),
});
// A wait that can be ended is the time limit of other work. Here all work answers at once, so no limit is ever reached.
scheduler.wait = (ms, { signal } = {}) => (signal ? untilEnded(signal) : clock.wait(ms));

const untilEnded = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
// The waits that the Worker spreads by chance are the same in every run.
Math.random = createChance('virtual time');
