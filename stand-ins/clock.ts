// Time that runs faster than the wall's, for everybody on one stage alike: a wait of ten minutes takes seconds, and
// who comes before whom, how often and how old stays true.

export interface Clock {
  now(): number;
  /** Milliseconds of this clock. */
  sleep(ms: number): Promise<void>;
}

export interface ClockSettings {
  /** When the clock was started: there it agrees with the wall. */
  originMs: number;
  /** Milliseconds of this clock in one of the wall's. */
  speed: number;
}

export function createClock({ originMs, speed }: ClockSettings): Clock {
  return {
    now: () => originMs + (Date.now() - originMs) * speed,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
  };
}
