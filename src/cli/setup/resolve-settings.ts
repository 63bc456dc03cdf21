// Everything setup has to know before it changes anything: found out where it can be, asked for where it cannot.
import { readConfig } from '../../settings/config.ts';
import { sources } from '../../sources/index.ts';
import type { Failure } from '../failure.ts';
import type { Account, Wrangler } from '../wrangler.ts';
import type { Flags } from './flags.ts';
import { needsWebsite, type Plan, planSettings } from './plan.ts';
import type { Ask, Say } from './terminal.ts';

export interface Settled {
  account: Account;
  plan: Plan;
  /** Names of the secrets the Worker has. */
  deployed: ReadonlySet<string>;
  isNew: boolean;
}

interface Asking {
  flags: Flags;
  env: Readonly<Record<string, string | undefined>>;
  local: Readonly<Record<string, string | undefined>>;
  wrangler: Wrangler;
  ask?: Ask;
  say: Say;
  hide(secret: string): void;
  makeUpSecret(name: string): string | undefined;
}

const secretNames = [...sources.values()].map(({ secretName }) => secretName);

const WHERE: Readonly<Record<string, string>> = {
  DATAFAST_API_KEY: 'DataFast → Website settings → API',
  DATAFAST_WEBSITE_ID: 'the website’s id of 24 hexadecimal digits, which a dft_… key needs',
  HUBSPOT_TOKEN:
    'HubSpot → Development → Keys → Service keys, with crm.objects.contacts.read, crm.objects.contacts.write and crm.schemas.contacts.write',
};

export async function settleAnswers(
  asking: Asking,
): Promise<Settled | Failure | { missing: readonly string[] }> {
  const { flags, env, local, wrangler, ask, hide } = asking;
  const missing: string[] = [];

  const account = await findAccount(asking);
  if ('problem' in account) return account;
  if ('missing' in account) missing.push(account.missing);
  const names = 'id' in account ? await wrangler.secretNames(account.id) : undefined;
  if (names && 'problem' in names) return names;
  const deployed = new Set(names);

  const isNamed = (name: string) =>
    deployed.has(name) || Boolean(env[name]?.trim() || local[name]?.trim());
  const wanted = flags.sources ?? (await chooseSources(ask, secretNames.some(isNamed)));
  const plan = planSettings(
    {
      env,
      local,
      deployed,
      rotate: flags.rotate,
      wanted: wanted.map((name) => sources.get(name)?.secretName ?? ''),
    },
    secretNames,
    asking.makeUpSecret,
  );
  for (const secret of plan.write.values()) hide(secret);
  if (!ask) {
    const unsaid = [...plan.missing, ...plan.later];
    missing.push(...unsaid.map((name) => `${name}: ${WHERE[name] ?? 'docs/sources.md'}`));
    if (missing.length > 0) return { missing };
  } else {
    for (const name of plan.missing) await answer(ask, name);
    const hasWebsite = isNamed('DATAFAST_WEBSITE_ID') || plan.write.has('DATAFAST_WEBSITE_ID');
    if (needsWebsite(plan.write.get('DATAFAST_API_KEY')) && !hasWebsite) {
      await answer(ask, 'DATAFAST_WEBSITE_ID');
    }
  }
  if (!('id' in account)) return { missing };
  return { account, plan, deployed, isNew: names === undefined };

  async function answer(asked: Ask, name: string) {
    const value = await asked.secret(`${name} (${WHERE[name]})`, (text) => mistakeIn(name, text));
    hide(value);
    plan.write.set(name, value);
  }
}

/** What is wrong with the form of a setting. */
function mistakeIn(name: string, value: string): string | undefined {
  const found = readConfig({ [name]: value }, []).problems.find(
    ({ key, problem }) => key === name && problem !== 'is not set',
  );
  return found && `${name} ${found.problem}. ${found.fix}`;
}

async function chooseSources(ask: Ask | undefined, hasSome: boolean): Promise<readonly string[]> {
  if (!ask || hasSome) return [];
  const names = [...sources.keys()].filter((name) => name !== 'signup');
  return ask.chooseSeveral(
    'Who tells of your signups? (signup, for your own server, is on anyway)',
    names,
  );
}

async function findAccount({
  flags,
  wrangler,
  ask,
  say,
}: Asking): Promise<Account | Failure | { missing: string }> {
  let accounts = await wrangler.accounts();
  if (!accounts && ask) {
    say.step('Nobody is logged in at Cloudflare: wrangler opens the browser');
    const failed = await wrangler.login();
    if (failed) return failed;
    accounts = await wrangler.accounts();
  }
  if (!accounts) return { missing: 'CLOUDFLARE_API_TOKEN, or npx wrangler login' };
  if ('problem' in accounts) return accounts;
  const [only, ...others] = accounts;
  if (!only) {
    return { problem: 'This login reaches no account', fix: 'Log in as a member of one.' };
  }
  const listed = accounts.map(({ id, name }) => `${id} (${name})`).join(', ');
  if (flags.account !== undefined) {
    const named = accounts.find(({ id, name }) => [id, name].includes(flags.account ?? ''));
    return named ?? { problem: `There is no account ${flags.account}`, fix: `One of: ${listed}` };
  }
  if (others.length === 0) return only;
  if (!ask) return { missing: `--account, one of: ${listed}` };
  const options = accounts.map(({ id, name }) => ({ value: id, label: name }));
  const chosen = await ask.choose('Which account?', options);
  return accounts.find(({ id }) => id === chosen) ?? only;
}
