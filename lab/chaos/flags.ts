// The flags of `npm run chaos`.
import { newCommand, numberWhere, parseOwn } from '../../src/cli/command.ts';

export interface Flags {
  seed: number;
  signups: number;
  duplicates: number;
  datafastFailures: number;
  hubspotFailures: number;
  queueFailures: number;
  kills: number;
  poisonous: number;
  troubles: boolean;
  maxRetries: number;
  speed: number;
  datafastRequestsPerMinute: number;
  limitSeconds: number;
  json: boolean;
  write: boolean;
}

const within = (least: number, most: number) =>
  numberWhere((value) => value >= least && value <= most, `a number from ${least} to ${most}`);

export function readFlags(): Flags {
  const command = newCommand('chaos')
    .description(
      'Delivers a population of signups through faults, kills and weather, then counts what was lost.',
    )
    .option(
      '--seed <number>',
      'the same seed gives the same people and weather; a new one by default',
      within(0, 2 ** 32),
    )
    .option('--signups <number>', 'events of providers', within(1, 100_000), 5000)
    .option('--duplicates <percent>', 'events that are sent twice', within(0, 100), 20)
    .option('--datafast-failures <percent>', 'requests with a fault', within(0, 90), 10)
    .option('--hubspot-failures <percent>', 'requests with a fault', within(0, 90), 5)
    .option(
      '--queue-failures <percent>',
      'messages refused, accepted without an answer or delivered again',
      within(0, 50),
      0.5,
    )
    .option('--kills <number>', 'kills of workerd in the middle of its work', within(0, 20), 2)
    .option('--poisonous <number>', 'visitors whose every lookup kills workerd', within(0, 10), 1)
    .option('--no-troubles', 'no outages of the ledger, and no HubSpot that hangs')
    .option(
      '--max-retries <number>',
      'after which the queue gives up: few, so that a run reaches the dead letters and replays them',
      within(1, 100),
      4,
    )
    .option(
      '--speed <number>',
      'how many times faster than real time the clock of the stage runs',
      within(1, 100),
      20,
    )
    .option(
      '--datafast-limit <number>',
      'requests a minute of that clock: 2,400 a minute of real time',
      within(1, 100_000),
      120,
    )
    .option(
      '--limit-seconds <number>',
      'of real time, after which it ends with what it has',
      within(10, 24 * 3_600),
      600,
    )
    .option('--json', 'the result as JSON instead of tables')
    .option('--write', 'keeps the figures for the documentation; then npm run docs');
  parseOwn(command);
  const flags = command.opts();
  return {
    seed: flags.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    signups: Math.round(flags.signups),
    duplicates: flags.duplicates / 100,
    datafastFailures: flags.datafastFailures / 100,
    hubspotFailures: flags.hubspotFailures / 100,
    queueFailures: flags.queueFailures / 100,
    kills: Math.round(flags.kills),
    poisonous: Math.round(flags.poisonous),
    troubles: flags.troubles,
    maxRetries: Math.round(flags.maxRetries),
    speed: flags.speed,
    datafastRequestsPerMinute: Math.round(flags.datafastLimit),
    limitSeconds: flags.limitSeconds,
    json: flags.json ?? false,
    write: flags.write ?? false,
  };
}
