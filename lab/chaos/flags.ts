// The flags of `npm run chaos`.
import { readArguments, refuse } from '../../src/cli/arguments.ts';

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

const text = { type: 'string' } as const;
const COMMAND = {
  name: 'npm run chaos',
  usage: USAGE,
  options: {
    seed: text,
    signups: text,
    duplicates: text,
    'datafast-failures': text,
    'hubspot-failures': text,
    'queue-failures': text,
    kills: text,
    speed: text,
    'datafast-limit': text,
    'limit-seconds': text,
    json: { type: 'boolean' },
  },
  mostArguments: 0,
} as const;

export function readFlags(): Flags {
  const { values } = readArguments(COMMAND);
  function number(
    name: Exclude<keyof typeof COMMAND.options, 'json'>,
    fallback: number,
    [least, most]: readonly [number, number],
  ): number {
    const value = Number(values[name] ?? fallback);
    return value >= least && value <= most
      ? value
      : refuse(COMMAND, `--${name} takes a number from ${least} to ${most}`);
  }
  const percent = (...flag: Parameters<typeof number>) => number(...flag) / 100;
  return {
    seed: number('seed', crypto.getRandomValues(new Uint32Array(1))[0] ?? 0, [0, 2 ** 32]),
    signups: Math.round(number('signups', 5000, [1, 100_000])),
    duplicates: percent('duplicates', 20, [0, 100]),
    datafastFailures: percent('datafast-failures', 10, [0, 90]),
    hubspotFailures: percent('hubspot-failures', 5, [0, 90]),
    queueFailures: percent('queue-failures', 0.5, [0, 50]),
    kills: Math.round(number('kills', 2, [0, 20])),
    speed: number('speed', 20, [1, 100]),
    datafastRequestsPerMinute: Math.round(number('datafast-limit', 120, [1, 100_000])),
    limitSeconds: number('limit-seconds', 600, [10, 24 * 3_600]),
    json: values.json ?? false,
  };
}
