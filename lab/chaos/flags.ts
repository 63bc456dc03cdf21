// The flags of `npm run chaos`.
import { parseArgs } from 'node:util';

export interface Flags {
  seed: number;
  signups: number;
  duplicates: number;
  datafastFailures: number;
  hubspotFailures: number;
  queueFailures: number;
  kills: number;
  speed: number;
  datafastRequestsPerMinute: number;
  limitSeconds: number;
  json: boolean;
}

const USAGE = `usage: npm run chaos -- [flags]
  --seed <number>              the same seed gives the same people and weather; default: a new one
  --signups <number>           events of providers, 5000
  --duplicates <percent>       events that are sent twice, 20
  --datafast-failures <percent>  requests with a fault, 10
  --hubspot-failures <percent>   5
  --queue-failures <percent>   messages refused, accepted without an answer or delivered again, 0.5
  --kills <number>             kills of workerd in the middle of its work, 2
  --speed <number>             how many times faster than real time the clock of the stage runs, 20
  --datafast-limit <number>    requests a minute of that clock, 120: 2,400 a minute of real time
  --limit-seconds <number>     of real time, after which it ends with what it has, 600
  --json                       the result as JSON instead of tables`;

export function readFlags(): Flags {
  try {
    const text = (fallback: string) => ({ type: 'string', default: fallback }) as const;
    const { values } = parseArgs({
      options: {
        seed: text(String(crypto.getRandomValues(new Uint32Array(1))[0])),
        signups: text('5000'),
        duplicates: text('20'),
        'datafast-failures': text('10'),
        'hubspot-failures': text('5'),
        'queue-failures': text('0.5'),
        kills: text('2'),
        speed: text('20'),
        'datafast-limit': text('120'),
        'limit-seconds': text('600'),
        json: { type: 'boolean', default: false },
      },
    });
    const number = (name: Exclude<keyof typeof values, 'json'>, least: number, most: number) => {
      const value = Number(values[name]);
      if (!(value >= least && value <= most)) throw new RangeError(name);
      return value;
    };
    const share = (name: Parameters<typeof number>[0], most: number) => number(name, 0, most) / 100;
    return {
      seed: number('seed', 0, 2 ** 32),
      signups: Math.round(number('signups', 1, 100_000)),
      duplicates: share('duplicates', 100),
      datafastFailures: share('datafast-failures', 90),
      hubspotFailures: share('hubspot-failures', 90),
      queueFailures: share('queue-failures', 50),
      kills: Math.round(number('kills', 0, 20)),
      speed: number('speed', 1, 100),
      datafastRequestsPerMinute: Math.round(number('datafast-limit', 1, 100_000)),
      limitSeconds: number('limit-seconds', 10, 24 * 3_600),
      json: values.json,
    };
  } catch {
    console.error(USAGE);
    process.exit(2);
  }
}
