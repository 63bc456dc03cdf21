// Env → Config: the only reader of vars and secrets. Mistakes are collected, never thrown: whatever is
// configured right keeps working, and every problem is named with its key and its fix.
import * as z from 'zod/mini';
import type { Problem } from '../model.ts';

export interface Config {
  datafast: { apiKey: string | undefined; websiteId: string | undefined; url: string };
  hubspot: { token: string | undefined; url: string; apiVersion: string };
  adminToken: string | undefined;
  /** Cloudflare Access in front of dashboard and API, when it is used. */
  access: { issuer: string; audience: string } | undefined;
  /** By setting name, e.g. `STRIPE_WEBHOOK_SECRET`. Several while they are rotated; absent means the source is off. */
  webhookSecrets: ReadonlyMap<string, readonly string[]>;
  allowTestEvents: boolean;
  /** JSON, for the rooms that know what it means: attribution and destinations. */
  channelRules: string | undefined;
  fieldNames: string | undefined;
  /** Whether DataFast's realtime map is asked for referrers. */
  realtimeReferrer: boolean;
  /** How long the ledger keeps a signup that has ended. */
  ledgerRetentionDays: number;
  /** How many requests one invocation may make by the plan of the account. */
  requestsPerInvocation: number;
  problems: readonly Problem[];
}

/** A source's secret setting: its name, and why a given secret cannot be one of that source. */
export interface SecretSetting {
  secretName: string;
  secretProblem(secret: string): string | undefined;
}

/** The keys travel there: in the clear only to this machine, where the stand-ins are. */
const url = (fallback: string) =>
  z._default(
    z.pipe(
      z.url({ protocol: /^https?$/ }).check(z.refine(isSafe)),
      z.transform((value: string) => value.replace(/\/+$/, '')),
    ),
    fallback,
  );

function isSafe(value: string): boolean {
  const { protocol, hostname, search, hash } = new URL(value);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return (protocol === 'https:' || isHere) && search === '' && hash === '';
}

const text = (pattern: RegExp) => z.optional(z.string().check(z.regex(pattern)));
const wholeNumber = (fallback: number, least: number, most: number) =>
  z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,5}$/)),
      z.pipe(z.transform(Number), z.number().check(z.minimum(least), z.maximum(most))),
    ),
    fallback,
  );
const flag = (fallback: 'true' | 'false') => z._default(z.enum(['true', 'false']), fallback);

const Settings = z.object({
  DATAFAST_API_KEY: text(/^dft?_\S+$/),
  DATAFAST_WEBSITE_ID: text(/^[0-9a-f]{24}$/i),
  DATAFAST_URL: url('https://datafa.st'),
  HUBSPOT_TOKEN: text(/^\S+$/),
  HUBSPOT_URL: url('https://api.hubapi.com'),
  HUBSPOT_API_VERSION: z._default(z.enum(['2026-03', '2026-09']), '2026-03'),
  ADMIN_TOKEN: text(/^\S{32,}$/),
  ACCESS_TEAM_DOMAIN: z.optional(
    z.pipe(
      z.string().check(z.regex(/^(https:\/\/)?[a-z0-9-]+(\.cloudflareaccess\.com)?\/?$/i)),
      z.transform((text: string) => text.replace(/^https:\/\//i, '').replace(/\..*|\/$/, '')),
    ),
  ),
  ACCESS_AUD: text(/^[0-9a-f]{64}$/i),
  ALLOW_TEST_EVENTS: flag('false'),
  CHANNEL_RULES: z.optional(z.string()),
  FIELD_NAMES: z.optional(z.string()),
  REALTIME_REFERRER: flag('true'),
  LEDGER_RETENTION_DAYS: wholeNumber(90, 1, 3650),
  // The Free plan's. https://developers.cloudflare.com/workers/platform/limits/#subrequests
  REQUESTS_PER_INVOCATION: wholeNumber(50, 50, 10_000),
});
/** Every setting but the sources’ secrets. */
export const SETTING_NAMES = z.keyof(Settings).options;
export type SettingName = keyof z.infer<typeof Settings>;

const REQUIRED: readonly SettingName[] = ['DATAFAST_API_KEY', 'HUBSPOT_TOKEN', 'ADMIN_TOKEN'];

const ACCESS_PAIR = [
  ['ACCESS_TEAM_DOMAIN', 'ACCESS_AUD'],
  ['ACCESS_AUD', 'ACCESS_TEAM_DOMAIN'],
] as const;

const FIXES: Readonly<Record<SettingName, string>> = {
  DATAFAST_API_KEY: 'Create a key in DataFast, Website settings → API; it starts with df_ or dft_.',
  DATAFAST_WEBSITE_ID:
    'Use the website’s id of 24 hexadecimal digits (_id in the DataFast API), not the dfid_… of the tracking script.',
  DATAFAST_URL: 'Give an https URL without a query, or remove it.',
  HUBSPOT_TOKEN: 'Create a service key in HubSpot, Development → Keys → Service keys.',
  HUBSPOT_URL: 'Give an https URL without a query, or remove it.',
  HUBSPOT_API_VERSION: 'Use 2026-03 or 2026-09, or remove it.',
  ADMIN_TOKEN: 'Use at least 32 characters without white space, e.g. from: openssl rand -hex 32',
  ACCESS_TEAM_DOMAIN:
    'Use the team’s name, or <team>.cloudflareaccess.com, from Zero Trust → Settings.',
  ACCESS_AUD:
    'Copy the application’s Audience (AUD) tag of 64 digits from Zero Trust → Access → Applications.',
  ALLOW_TEST_EVENTS: 'Use true or false, or remove it.',
  CHANNEL_RULES: 'Give JSON, or remove it.',
  FIELD_NAMES: 'Give JSON, or remove it.',
  REALTIME_REFERRER: 'Use true or false, or remove it.',
  LEDGER_RETENTION_DAYS: 'Use a whole number of days from 1 to 3650, or remove it.',
  REQUESTS_PER_INVOCATION: 'Use a whole number from 50 to 10000, or remove it.',
};

/** Reads every setting. `env` may hold bindings too; only the known names are looked at. */
export function readConfig(env: object, secretSettings: readonly SecretSetting[]): Config {
  const given = givenTexts(env);
  const { settings, problems } = readSettings(given);
  if (settings.DATAFAST_API_KEY?.startsWith('dft_') && !settings.DATAFAST_WEBSITE_ID) {
    problems.push({
      key: 'DATAFAST_WEBSITE_ID',
      problem: 'is not set, and a dft_… token needs it',
      fix: FIXES.DATAFAST_WEBSITE_ID,
    });
  }
  const { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: audience } = settings;
  for (const [key, other] of ACCESS_PAIR) {
    if (settings[key] !== undefined || settings[other] === undefined) continue;
    problems.push({ key, problem: `is not set, and ${other} needs it`, fix: FIXES[key] });
  }
  const webhookSecrets = readSecrets(given, secretSettings, problems);
  return {
    datafast: {
      apiKey: settings.DATAFAST_API_KEY,
      websiteId: settings.DATAFAST_WEBSITE_ID,
      url: settings.DATAFAST_URL,
    },
    hubspot: {
      token: settings.HUBSPOT_TOKEN,
      url: settings.HUBSPOT_URL,
      apiVersion: settings.HUBSPOT_API_VERSION,
    },
    adminToken: settings.ADMIN_TOKEN,
    access:
      team !== undefined && audience !== undefined
        ? { issuer: `https://${team}.cloudflareaccess.com`, audience }
        : undefined,
    webhookSecrets,
    allowTestEvents: settings.ALLOW_TEST_EVENTS === 'true',
    channelRules: settings.CHANNEL_RULES,
    fieldNames: settings.FIELD_NAMES,
    realtimeReferrer: settings.REALTIME_REFERRER === 'true',
    ledgerRetentionDays: settings.LEDGER_RETENTION_DAYS,
    requestsPerInvocation: settings.REQUESTS_PER_INVOCATION,
    problems,
  };
}

/** Trimmed; a blank setting is one that was not made. */
function givenTexts(env: object): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string' && value.trim() !== '') texts.set(name, value.trim());
  }
  return texts;
}

function readSettings(given: ReadonlyMap<string, string>) {
  const problems: Problem[] = [];
  const report = (key: SettingName, problem: string) =>
    problems.push({ key, problem, fix: FIXES[key] });

  const parsed = Settings.safeParse(Object.fromEntries(given));
  if (parsed.success) {
    for (const name of REQUIRED) if (!given.has(name)) report(name, 'is not set');
    return { settings: parsed.data, problems };
  }
  const invalid = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  for (const name of SETTING_NAMES) {
    if (invalid.has(name)) report(name, 'is not valid');
    else if (REQUIRED.includes(name) && !given.has(name)) report(name, 'is not set');
  }
  const valid = [...given].filter(([name]) => !invalid.has(name));
  return { settings: Settings.parse(Object.fromEntries(valid)), problems };
}

function readSecrets(
  given: ReadonlyMap<string, string>,
  secretSettings: readonly SecretSetting[],
  problems: Problem[],
): ReadonlyMap<string, readonly string[]> {
  const secrets = new Map<string, readonly string[]>();
  for (const { secretName, secretProblem } of secretSettings) {
    // White space separates, since Supabase's secrets hold commas; its own list has bars.
    const candidates = given.get(secretName)?.split(/\s+|\|(?=v1,whsec_)/) ?? [];
    const usable = candidates.filter((secret) => secretProblem(secret) === undefined);
    if (usable.length > 0) secrets.set(secretName, usable);
    for (const candidate of candidates) {
      const problem = secretProblem(candidate);
      if (problem !== undefined) {
        problems.push({
          key: secretName,
          problem,
          fix: 'Copy the signing secret from the provider’s webhook page.',
        });
      }
    }
  }
  if (secrets.size === 0) {
    problems.push({
      key: '<SOURCE>_WEBHOOK_SECRET',
      problem: 'is not set for any source, so no webhook is accepted',
      fix: `Set one of: ${secretSettings.map(({ secretName }) => secretName).join(', ')}.`,
    });
  }
  return secrets;
}
