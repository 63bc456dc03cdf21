// Env → Config: the only reader of vars and secrets. Mistakes are collected, never thrown: everything that is set
// right keeps working, and every problem is named with its key and its fix.
import type { Problem } from '../model.ts';
import { lookAlikes } from './look-alikes.ts';
import {
  alertDigest,
  allowTestEvents,
  datafastUrl,
  ledgerRetentionDays,
  ownSettings,
  REFERRER_LOOKUPS,
  referrerLookup,
  requestsPerInvocation,
} from './own-settings.ts';
import { neededSettings, type Setting, type SettingValues, settingValue } from './setting.ts';
import {
  candidatesIn,
  readWebhookSecrets,
  type SecretSetting,
  type WebhookSecrets,
} from './webhook-secrets.ts';

export interface Config {
  datafast: { apiKey: string | undefined; websiteId: string | undefined; url: string };
  adminToken: string | undefined;
  /** Opens dashboard and API for reading only. */
  viewerToken: string | undefined;
  /** Cloudflare Access in front of dashboard and API, when it is used. */
  access: { issuer: string; audience: string } | undefined;
  webhookSecrets: WebhookSecrets;
  allowTestEvents: boolean;
  /** JSON, for the rooms that know what it means: attribution and destinations. */
  channelRules: string | undefined;
  fieldNames: string | undefined;
  /** Where referrers are looked for. */
  referrerLookup: (typeof REFERRER_LOOKUPS)[number];
  /** Where alerts go; absent when nobody is told. */
  alerts: { url: string; secrets: readonly string[]; isWeekly: boolean } | undefined;
  /** How long the ledger keeps a signup that has ended. */
  ledgerRetentionDays: number;
  /** How many requests one invocation may make by the plan of the account. */
  requestsPerInvocation: number;
  /** Our settings and those of the destinations that are set and valid, and the defaults of the others. */
  values: SettingValues;
  /** Destinations with a needed setting that is given, valid or not, by name. */
  begunDestinations: ReadonlySet<string>;
  problems: readonly Problem[];
}

/** Who has settings beside Whence itself. */
export interface SettingOwners {
  sources: readonly SecretSetting[];
  destinations: readonly DestinationSettings[];
}

/** A destination as its settings need it. */
export interface DestinationSettings {
  name: string;
  label: string;
  settings: readonly Setting[];
}

/** Marks the problem that no destination is set. It is about no single setting, and its text is the whole sentence. */
export const ANY_DESTINATION = '<DESTINATION>';

/** Reads every setting. `env` may hold bindings too; only texts are looked at. */
export function readConfig(env: object, { sources, destinations }: SettingOwners): Config {
  const given = givenTexts(env);
  const rows = [...ownSettings, ...destinations.flatMap(({ settings }) => settings)];
  const { values, invalid } = readValues(given, rows);
  switchOffBound(values, invalid, destinations);
  const { secrets, problems } = readWebhookSecrets(given, sources);
  const viewer = viewerOf(values);
  const known = [...rows.map(({ name }) => name), ...sources.map(({ secretName }) => secretName)];
  return {
    datafast: {
      apiKey: values.get('DATAFAST_API_KEY'),
      websiteId: values.get('DATAFAST_WEBSITE_ID'),
      url: settingValue(values, datafastUrl),
    },
    adminToken: values.get('ADMIN_TOKEN'),
    viewerToken: viewer.token,
    access: accessOf(values),
    webhookSecrets: secrets,
    allowTestEvents: settingValue(values, allowTestEvents) === 'true',
    channelRules: values.get('CHANNEL_RULES'),
    fieldNames: values.get('FIELD_NAMES'),
    referrerLookup:
      REFERRER_LOOKUPS.find((lookup) => lookup === settingValue(values, referrerLookup)) ?? 'auto',
    alerts: alertsOf(values),
    ledgerRetentionDays: Number(settingValue(values, ledgerRetentionDays)),
    requestsPerInvocation: Number(settingValue(values, requestsPerInvocation)),
    values,
    begunDestinations: begunDestinations(given, destinations),
    problems: [
      ...invalid,
      ...missing(given, values),
      ...missingDestination(given, values, destinations),
      ...problems,
      ...viewer.problems,
      ...lookAlikes(given.keys(), known),
    ],
  };
}

/** Trimmed; a blank setting is one that is not set. */
function givenTexts(env: object): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === 'string' && value.trim() !== '') texts.set(name, value.trim());
  }
  return texts;
}

function readValues(given: ReadonlyMap<string, string>, rows: readonly Setting[]) {
  const values = new Map<string, string>();
  const invalid: Problem[] = [];
  for (const { name, fix, read, default: fallback } of rows) {
    const text = given.get(name);
    const reading = text === undefined ? undefined : read(text);
    if (reading && 'problem' in reading) invalid.push({ key: name, ...reading, fix });
    const value = reading && 'value' in reading ? reading.value : fallback;
    if (value !== undefined) values.set(name, value);
  }
  return { values, invalid };
}

/** A binding setting that is wrong switches its destination off, as far as delivery goes: signups wait. */
function switchOffBound(
  values: Map<string, string>,
  invalid: readonly Problem[],
  destinations: readonly DestinationSettings[],
): void {
  for (const destination of destinations) {
    const isWrong = destination.settings.some(
      ({ name, isBinding }) => isBinding && invalid.some(({ key }) => key === name),
    );
    for (const { name } of isWrong ? neededSettings(destination) : []) values.delete(name);
  }
}

/** Our settings that are needed: always, or because of another one. */
function missing(given: ReadonlyMap<string, string>, values: SettingValues): Problem[] {
  return ownSettings.flatMap(({ name, fix, isNeeded, neededBy }) => {
    if (given.has(name)) return [];
    if (isNeeded) return [{ key: name, problem: 'is not set', fix }];
    const by = neededBy?.(values);
    return by ? [{ key: name, problem: `is not set, and ${by} needs it`, fix }] : [];
  });
}

function begunDestinations(
  given: ReadonlyMap<string, string>,
  destinations: readonly DestinationSettings[],
): ReadonlySet<string> {
  const begun = destinations.filter((destination) =>
    neededSettings(destination).some(({ name }) => given.has(name)),
  );
  return new Set(begun.map(({ name }) => name));
}

/** One destination has to be on, and what is begun has to be whole. */
function missingDestination(
  given: ReadonlyMap<string, string>,
  values: SettingValues,
  destinations: readonly DestinationSettings[],
): Problem[] {
  const begun = destinations.flatMap((destination) => {
    const needed = neededSettings(destination, values);
    const first = needed.find(({ name }) => given.has(name));
    return first ? [{ first, needed }] : [];
  });
  if (begun.length === 0) {
    return [
      {
        key: ANY_DESTINATION,
        problem: 'No CRM is set, so no signup is delivered',
        fix: `Set ${choiceOf(destinations)}.`,
      },
    ];
  }
  return begun.flatMap(({ first, needed }) =>
    needed
      .filter(({ name }) => !given.has(name))
      .map(({ name, fix }) => ({
        key: name,
        problem: `is not set, and ${first.name} needs it`,
        fix,
      })),
  );
}

/** `HUBSPOT_TOKEN`; with several destinations, what each of them needs. */
function choiceOf(destinations: readonly DestinationSettings[]): string {
  const [only, ...others] = destinations;
  return only && others.length === 0
    ? neededSettings(only)
        .map(({ name }) => name)
        .join(' and ')
    : destinations.map(neededInWords).join(', or ');
}

/** The problem as a sentence without its full stop. */
export function problemInWords({ key, problem }: Pick<Problem, 'key' | 'problem'>): string {
  return key === ANY_DESTINATION ? problem : `${key} ${problem}`;
}

/** `WEBHOOK_URL and WEBHOOK_SECRET for Webhook` */
export function neededInWords(destination: DestinationSettings): string {
  const names = neededSettings(destination).map(({ name }) => name);
  return `${names.join(' and ')} for ${destination.label}`;
}

function alertsOf(values: SettingValues): Config['alerts'] {
  const url = values.get('ALERT_URL');
  return url === undefined
    ? undefined
    : {
        url,
        secrets: candidatesIn(values.get('ALERT_SECRET')),
        isWeekly: settingValue(values, alertDigest) === 'weekly',
      };
}

function accessOf(values: SettingValues): Config['access'] {
  const team = values.get('ACCESS_TEAM_DOMAIN');
  const audience = values.get('ACCESS_AUD');
  return team !== undefined && audience !== undefined
    ? { issuer: `https://${team}.cloudflareaccess.com`, audience }
    : undefined;
}

/** A viewer who holds ADMIN_TOKEN would be the operator. */
function viewerOf(values: SettingValues): { token: string | undefined; problems: Problem[] } {
  const token = values.get('VIEWER_TOKEN');
  if (token === undefined || token !== values.get('ADMIN_TOKEN')) return { token, problems: [] };
  const fix = 'Make up another one: openssl rand -hex 32';
  return {
    token: undefined,
    problems: [{ key: 'VIEWER_TOKEN', problem: 'is the same as ADMIN_TOKEN', fix }],
  };
}
