// Everything that setup has to know before it changes anything: looked up where it can be, asked for where it cannot.
import { type DestinationSettings, neededInWords } from '../../settings/config.ts';
import { neededSettings, type Setting } from '../../settings/setting.ts';
import type { Failure } from '../failure.ts';
import { allSettings } from '../registry.ts';
import type { Account, Target } from '../wrangler.ts';
import { askForMissing } from './ask-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import { findAccount } from './find-account.ts';
import { makeUpSecret } from './make-up-secret.ts';
import { type Plan, planSettings } from './plan.ts';
import type { Ask } from './terminal.ts';

export interface Resolved {
  account: Account;
  plan: Plan;
  /** Names of the secrets that the Worker has. */
  deployed: ReadonlySet<string>;
  isNew: boolean;
}

type Asking = Pick<
  SetupDependencies,
  | 'flags'
  | 'env'
  | 'registry'
  | 'wrangler'
  | 'ask'
  | 'say'
  | 'hide'
  | 'file'
  | 'fetch'
  | 'now'
  | 'sleep'
> & {
  /** Of `.dev.vars`. */
  local: Readonly<Record<string, string | undefined>>;
  config: Target['config'];
};

export async function resolveSettings(
  asking: Asking,
): Promise<Resolved | Failure | { missing: readonly string[] }> {
  const { wrangler, config, ask, env, local } = asking;
  const account = await findAccount(asking);
  if ('problem' in account) return account;
  const names =
    'id' in account ? await wrangler.secretNames({ accountId: account.id, config }) : undefined;
  if (names && 'problem' in names) return names;
  const deployed = new Set(names);

  const isNamed = (name: string) =>
    deployed.has(name) || Boolean(env[name]?.trim() || local[name]?.trim());
  const { plan, unchosen } = await choosePlan(asking, deployed, isNamed);
  const rows = allSettings(asking.registry);
  hideSecrets(asking, rows, plan.write);
  const missing = [...('missing' in account ? [account.missing] : []), ...unchosen];
  if (ask) await askForMissing({ ...asking, ask, isNamed }, plan);
  else missing.push(...plan.missing.map((name) => whereIs(asking, rows, name)));
  if (missing.length > 0 || !('id' in account)) return { missing };
  return { account, plan, deployed, isNew: names === undefined };
}

/** `unchosen`: a choice that nobody could make. */
async function choosePlan(
  { flags, env, local, registry, ask }: Asking,
  deployed: ReadonlySet<string>,
  isNamed: (name: string) => boolean,
): Promise<{ plan: Plan; unchosen: readonly string[] }> {
  const { sources } = registry;
  const begun = registry.destinations.filter((destination) =>
    neededSettings(destination).some(({ name }) => isNamed(name)),
  );
  const destinations =
    begun.length > 0 ? begun : await chooseDestinations(ask, registry.destinations);
  const hasSource = sources.some(({ secretName }) => isNamed(secretName));
  const wanted = flags.sources ?? (hasSource ? [] : await chooseSources(ask, sources));
  const plan = planSettings(
    {
      env,
      local,
      deployed,
      rotate: flags.rotate,
      secrets: sources.filter(({ name }) => wanted.includes(name)).map((on) => on.secretName),
      destinations,
    },
    allSettings(registry).map(({ name }) => name),
    (name) => makeUpSecret(name, registry),
  );
  const choices = registry.destinations.map(neededInWords).join(', or ');
  return { plan, unchosen: destinations.length === 0 ? [choices] : [] };
}

/** A question with one possible answer is not asked. */
async function chooseDestinations(
  ask: Ask | undefined,
  destinations: readonly DestinationSettings[],
): Promise<readonly DestinationSettings[]> {
  if (destinations.length === 1) return destinations;
  if (!ask) return [];
  const options = destinations.map(({ name, label }) => ({ value: name, label }));
  const chosen = await ask.chooseSeveral('Where should signups arrive?', options, true);
  return destinations.filter(({ name }) => chosen.includes(name));
}

async function chooseSources(
  ask: Ask | undefined,
  sources: Asking['registry']['sources'],
): Promise<readonly string[]> {
  if (!ask) return [];
  const options = sources
    .filter(({ name }) => name !== 'signup')
    .map(({ name }) => ({ value: name, label: name }));
  return ask.chooseSeveral(
    'Which services send your signups? (signup, for your own server, is on anyway)',
    options,
    false,
  );
}

function hideSecrets(
  { hide }: Asking,
  rows: readonly Setting[],
  values: ReadonlyMap<string, string>,
): void {
  for (const { name, isSecret } of rows) {
    const value = values.get(name);
    if (isSecret && value !== undefined) hide(value);
  }
}

function whereIs(
  { registry }: Pick<Asking, 'registry'>,
  rows: readonly Setting[],
  name: string,
): string {
  const source = registry.sources.find(({ secretName }) => secretName === name);
  const row = rows.find((setting) => setting.name === name);
  const where = source === undefined ? (row?.where ?? row?.doc) : `docs/sources.md#${source.name}`;
  return `${name}: ${where ?? 'is not a setting of Whence'}`;
}
