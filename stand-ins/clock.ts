// A clock that runs faster than real time and that everything on one stage shares. A wait of ten minutes takes seconds,
// while order, frequency and age stay true.

export interface Clock {
  now(): number;
  /** Milliseconds of this clock. */
  sleep(ms: number): Promise<void>;
}

export interface ClockSettings {
  /** When the clock started. At that moment it shows real time. */
  originMs: number;
  /** Milliseconds of this clock in one millisecond of real time. */
  speed: number;
}

export function createClock({ originMs, speed }: ClockSettings): Clock {
  return {
    now: () => originMs + (Date.now() - originMs) * speed,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
  };
}
