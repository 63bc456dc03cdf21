// The Cloudflare account that setup works in.
import type { Failure } from '../failure.ts';
import type { Account } from '../wrangler.ts';
import type { SetupDependencies } from './dependencies.ts';

/** `missing`: what somebody has to say first. */
export async function findAccount({
  flags,
  wrangler,
  ask,
  say,
}: Pick<SetupDependencies, 'wrangler' | 'ask' | 'say'> & {
  flags: { account?: string };
}): Promise<Account | Failure | { missing: string }> {
  let accounts = await wrangler.accounts();
  if (!accounts && ask) {
    say.step('You are not logged in at Cloudflare: wrangler opens the browser');
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
