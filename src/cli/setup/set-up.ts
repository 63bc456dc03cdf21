// From a clone to the first delivery, and from one version to the next. No step remembers anything: each looks at how
// things are and does what is left to do, so that the same command goes on wherever it stopped.
import { sources } from '../../sources/index.ts';
import { readDevVars, writeDevVars } from '../dev-vars.ts';
import type { Failure } from '../failure.ts';
import { withSecretsFile } from '../secrets-file.ts';
import { checkKeys } from './check-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import { deliverFirst } from './first-delivery.ts';
import { makeUpSecret } from './made-up-secrets.ts';
import { askProviderSecrets, tellWhereToPaste } from './provider-secrets.ts';
import { settleAnswers } from './resolve-settings.ts';

/** 0: all is set up. 1: a step failed, named with its fix. 2: answers are missing. */
export async function setUp(dependencies: SetupDependencies): Promise<0 | 1 | 2> {
  const { flags, env, devVars, wrangler, ask, say, hide } = dependencies;
  const inSecretsFile = dependencies.withSecretsFile ?? withSecretsFile;
  const stop = ({ problem, fix }: Failure): 1 => {
    say.fail(problem, fix);
    return 1;
  };

  const version = await wrangler.version();
  if (typeof version !== 'string') return stop(version);
  say.ok(`Node ${process.versions.node}, wrangler ${version}`);

  const local = readDevVars(devVars);
  const settled = await settleAnswers({
    flags,
    env,
    local,
    wrangler,
    ask,
    say,
    hide,
    makeUpSecret,
  });
  if ('problem' in settled) return stop(settled);
  if ('missing' in settled) {
    say.fail('Nobody can be asked, and this is missing', `\n${settled.missing.join('\n')}`);
    return 2;
  }
  const { account, plan, deployed, isNew } = settled;
  say.ok(`Account ${account.name}; ${isNew ? 'a new Worker' : 'the Worker is there'}`);
  const known = new Map([...Object.entries({ ...local, ...env }), ...plan.write]);
  const knownValue = (name: string) => known.get(name) ?? undefined;

  say.step('Asking DataFast and HubSpot whether the keys work');
  const values = new Map([...known].flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const keys = await checkKeys(values, dependencies, !flags.dryRun);
  const blocking = keys.problems.filter(
    ({ key }) => values.has(key.replace(/\..*/, '')) || /_URL$/.test(key),
  );
  for (const { key, problem, fix } of keys.problems) {
    if (blocking.length > 0) say.fail(`${key} ${problem}`, fix);
    else say.warn(`${key} ${problem}`, fix);
  }
  if (blocking.length > 0) return 1;
  if (keys.checked.length > 0) say.ok(`The keys work: ${keys.checked.join(', ')}`);
  else say.ok('The keys are on the Worker; the doctor asks below whether they work');
  if (keys.properties) {
    say.ok(`HubSpot: ${flags.dryRun ? 'would create' : 'created'} ${keys.properties} properties`);
  }

  if (flags.dryRun) {
    const names = [...plan.write.keys()];
    say.note(
      'Would do, and has done nothing of it',
      [
        `deploy the Worker with ${names.length > 0 ? names.join(', ') : 'the secrets it has'}`,
        'bring the ledger’s schema up to date',
        ...(plan.madeUp.size > 0
          ? [`keep ${[...plan.madeUp.keys()].join(', ')} in ${devVars}`]
          : []),
        ...plan.later.map((name) => `ask for ${name} once its webhook is made`),
        ...(flags.sample ? [`send a sample of ${flags.sample} and wait for it to arrive`] : []),
      ].join('\n'),
    );
    return 0;
  }

  // Before the deploy: Cloudflare shows no secret again.
  const unkept = keep(plan.madeUp);
  if (unkept) return stop(unkept);
  for (const name of plan.madeUp.keys()) say.ok(`Made up ${name}; it stands in ${devVars}`);

  say.step('Deploying');
  const result = await deploy();
  if ('problem' in result) return stop(result);
  const url = flags.url ?? result.url ?? knownValue('WHENCE_URL');
  say.ok(`Deployed${url ? ` at ${url}` : ''}`);

  say.step('Bringing the ledger’s schema up to date');
  const migrated = await wrangler.migrate(account.id);
  if (migrated)
    return stop({ ...migrated, fix: `${migrated.fix} (npm run migrate is this step alone.)` });
  say.ok('The ledger is up to date');

  if (url === undefined) {
    return stop({
      problem: 'wrangler did not say at which URL the Worker answers',
      fix: 'Run this again with --url https://…',
    });
  }
  const unnoted = local.WHENCE_URL === url ? undefined : keep(new Map([['WHENCE_URL', url]]));
  if (unnoted) return stop(unnoted);

  const isOn = (name: string) => deployed.has(name) || plan.write.has(name);
  const on = [...sources.values()].filter(({ secretName }) => isOn(secretName));
  const fresh = [...sources.values()].filter(({ secretName }) => plan.later.includes(secretName));
  tellWhereToPaste(say, url, on, plan.write, { names: plan.madeUp, file: devVars });
  const secrets = await askProviderSecrets({ url, sources: fresh, ask, say });
  if (secrets.size > 0) {
    for (const secret of secrets.values()) hide(secret);
    const failed = await inFile(secrets, (file) => wrangler.setSecrets(account.id, file));
    if (failed) return stop(failed);
    say.ok(`Set ${[...secrets.keys()].join(', ')}`);
  }
  return deliverFirst({ ...dependencies, url, knownValue });

  function deploy(): Promise<{ url?: string } | Failure> {
    const { write } = plan;
    return inFile(write, (file) => wrangler.deploy(account.id, write.size > 0 ? file : undefined));
  }

  function keep(values: ReadonlyMap<string, string>): Failure | undefined {
    try {
      writeDevVars(devVars, values);
      return undefined;
    } catch (error) {
      return fileFailure(error, devVars);
    }
  }

  async function inFile<Result>(
    secrets: ReadonlyMap<string, string>,
    use: (file: string) => Promise<Result>,
  ): Promise<Result | Failure> {
    try {
      return await inSecretsFile(secrets, use);
    } catch (error) {
      return fileFailure(error, 'A temporary file');
    }
  }
}

function fileFailure(error: unknown, what: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return {
    problem: `${what} could not be written (${code})`,
    fix: code === 'ENOSPC' ? 'The disk is full: make room.' : 'See that the folder can be written.',
  };
}
