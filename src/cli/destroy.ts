// The end of a deployment: everything that setup made in the Cloudflare account is removed.
import { rmSync } from 'node:fs';
import { commandLine } from './invocation.ts';
import type { SetupDependencies } from './setup/dependencies.ts';
import { findAccount } from './setup/find-account.ts';
import { withWorkerConfig } from './worker-config.ts';

export type DestroyDependencies = Pick<
  SetupDependencies,
  'wrangler' | 'say' | 'ask' | 'file' | 'registry' | 'place'
> & {
  flags: { name: string; account?: string; yes: boolean; dryRun: boolean };
};

interface Step {
  what: string;
  args: readonly string[];
}

/** In this order: a queue with a consumer cannot be removed, and the database goes after what writes to it. */
function stepsFor(name: string): readonly Step[] {
  const queues = [`${name}-signups`, `${name}-dead-letters`];
  return [
    ...queues.map((queue) => ({
      what: `the consumer of ${queue}`,
      args: ['queues', 'consumer', 'worker', 'remove', queue, name],
    })),
    { what: `the Worker ${name}`, args: ['delete', name, '--force'] },
    ...queues.map((queue) => ({ what: `the queue ${queue}`, args: ['queues', 'delete', queue] })),
    {
      what: `the database ${name}-ledger`,
      args: ['d1', 'delete', `${name}-ledger`, '--skip-confirmation'],
    },
    {
      what: `the cache ${name}-visitors`,
      args: ['kv', 'namespace', 'delete', `${name}-visitors`, '--skip-confirmation'],
    },
  ];
}

/** 0: all is gone. 1: something could not be removed. 2: an answer is missing. 130: the operator said no. */
export async function destroy(dependencies: DestroyDependencies): Promise<number> {
  const { flags, wrangler, say, ask, registry, place } = dependencies;
  const { name } = flags;
  const account = await findAccount({ ...dependencies, flags });
  if ('problem' in account) {
    say.fail(account.problem, account.fix);
    return 1;
  }
  if ('missing' in account) {
    say.fail(`This is missing: ${account.missing}`, 'Set it, then run the same command again.');
    return 2;
  }
  const steps = stepsFor(name);
  say.note(
    `${flags.dryRun ? 'Would remove' : 'Will remove'} from the account ${account.name}`,
    [...steps.map(({ what }) => what), `on this machine: ${dependencies.file}`].join('\n'),
  );
  if (flags.dryRun) return 0;
  if (!flags.yes) {
    if (!ask) {
      say.fail('Nothing was removed: nobody can answer here', `Add --yes --name ${name}.`);
      return 2;
    }
    if (!(await isMeant(ask, name))) {
      say.warn('Nothing was removed');
      return 130;
    }
  }
  const failed = await withWorkerConfig(
    name,
    async (config) => {
      for (const { what, args } of steps) {
        const result = await wrangler.remove({ accountId: account.id, config }, args);
        if (typeof result === 'object') return result;
        say.ok(`${result === 'removed' ? 'Removed' : 'Was not there:'} ${what}`);
      }
      return undefined;
    },
    place,
  );
  if (failed) {
    say.fail(failed.problem, `${failed.fix} Then run ${commandLine('destroy')} again.`);
    return 1;
  }
  rmSync(dependencies.file, { force: true });
  const labels = registry.destinations.map(({ label }) => label).join(', ');
  say.note(
    'What stays',
    [
      `What was written to ${labels}: contacts, and the fields that Whence created`,
      'The webhooks at your providers: remove them there, or they go on sending',
      'The keys of DataFast and of your CRM: revoke them if nothing else uses them',
    ].join('\n'),
  );
  return 0;
}

/** Asked twice, because nothing of it comes back. */
async function isMeant(ask: NonNullable<DestroyDependencies['ask']>, name: string) {
  const answer = await ask.choose('Remove all of it? The ledger does not come back.', [
    { value: 'no', label: 'No' },
    { value: 'yes', label: 'Yes, remove it' },
  ]);
  if (answer !== 'yes') return false;
  const mistake = (text: string) => (text === name ? undefined : `The name is ${name}.`);
  return (await ask.text('Type the name of the Worker', mistake)) === name;
}
