// From a clone to the first delivery, and from one version to the next. No step remembers anything: each looks at how
// things are and does what is left to do, so the same command continues where it stopped.
import { readSettingsFile } from '../deployment.ts';
import type { Failure } from '../failure.ts';
import { withSecretsFile } from '../temporary-file.ts';
import { withWorkerConfig } from '../worker-config.ts';
import { keysOf } from './ask-keys.ts';
import { checkKeys } from './check-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import { deliverFirst } from './first-delivery.ts';
import { keep, keepsToken, secretsToKeep, unseenToken } from './keep.ts';
import { askProviderSecrets, sayWhereToPaste } from './provider-secrets.ts';
import { resolveSettings } from './resolve-settings.ts';
import { givenValues, namesOf, type Run, sayMissing, sayOnce, sayPlan } from './say-plan.ts';

/** 0: all is set up. 1: a step failed, named with its fix. 2: answers are missing. */
export async function setUp(dependencies: SetupDependencies): Promise<0 | 1 | 2> {
  const { flags, place, say } = dependencies;
  const result = await withWorkerConfig(
    flags.name,
    (config) => setUpWorker(dependencies, config),
    place,
  );
  return typeof result === 'number' ? result : stop(say, result);
}

async function setUpWorker(dependencies: SetupDependencies, config: string): Promise<0 | 1 | 2> {
  const { flags, env, file, wrangler, say } = dependencies;
  const version = await wrangler.version();
  if (typeof version !== 'string') return stop(say, version);
  say.ok(`Node ${process.versions.node}, wrangler ${version}`);

  const local = { ...dependencies.local, ...readSettingsFile(file) };
  const resolved = await resolveSettings({ ...dependencies, local, config });
  if ('problem' in resolved) return stop(say, resolved);
  if ('missing' in resolved) {
    sayMissing(dependencies, local, resolved.missing);
    return 2;
  }
  const { account, plan, deployed, isNew } = resolved;
  const unseen = unseenToken(dependencies, plan);
  if (unseen !== undefined) {
    sayMissing(dependencies, local, [unseen]);
    return 2;
  }
  say.ok(
    `Account ${account.name}; ${isNew ? `a new Worker, ${flags.name}` : `the Worker ${flags.name} is there`}`,
  );
  const known = givenValues({ ...local, ...env, ...Object.fromEntries(plan.write) });
  const target = { accountId: account.id, config };
  const kept = secretsToKeep(plan, known, await keepsToken(dependencies, plan));
  const run = { ...dependencies, target, plan, deployed, isNew, known, kept };
  if (!(await tryKeys(run))) return 1;
  if (flags.dryRun) {
    sayPlan(run);
    return 0;
  }
  const url = await deploy(run);
  if (typeof url !== 'string') return stop(say, url);
  const failed = await connectSources(run, url);
  if (failed) return stop(say, failed);
  return deliverFirst({ ...dependencies, url, isNew, knownValue: (name) => known.get(name) });
}

/** Whether setup may go on. */
async function tryKeys(run: Run): Promise<boolean> {
  const { flags, say, registry, known } = run;
  say.step('Asking DataFast and the destinations whether the keys work');
  const keys = await checkKeys(known, registry, run, {
    creates: !flags.dryRun,
    madeUp: run.plan.madeUp,
  });
  for (const { key, problem, fix } of keys.warnings) say.warn(`${key} ${problem}`, fix);
  for (const { key, problem, fix } of keys.blocking) say.fail(`${key} ${problem}`, fix);
  if (keys.blocking.length > 0) return false;
  if (keys.checked.length > 0) say.ok(`The keys work: ${keys.checked.join(', ')}`);
  else say.ok('The keys are on the Worker; the doctor asks below whether they work');
  for (const [label, count] of keys.fields) {
    if (count > 0) say.ok(`${label}: ${flags.dryRun ? 'would create' : 'created'} ${count} fields`);
  }
  return true;
}

/** The URL of the Worker once it is deployed and its ledger is up to date. */
async function deploy(run: Run): Promise<string | Failure> {
  const { flags, say, wrangler, target, plan, known, kept, file } = run;
  // Before the deploy: Cloudflare shows no secret again.
  const unkept = keep(file, kept);
  if (unkept) return unkept;
  for (const name of namesOf(kept)) {
    say.ok(plan.madeUp.has(name) ? `Created ${name}; it is in ${file}` : `${name} is in ${file}`);
  }

  say.step('Deploying');
  const result = await withSecretsFile(
    plan.write,
    (secrets) => wrangler.deploy(target, plan.write.size > 0 ? secrets : undefined),
    run.place,
  );
  if ('problem' in result) return result;
  const url = flags.url ?? result.url ?? known.get('WHENCE_URL');
  say.ok(`Deployed${url ? ` at ${url}` : ''}`);
  sayOnce(run);
  // The Worker has the keys now.
  const noLonger = keep(file, new Map(keysOf(run.registry).map((name) => [name, undefined])));
  if (noLonger) return noLonger;

  say.step('Bringing the ledger’s schema up to date');
  const failed = await wrangler.migrate(target);
  if (failed) return failed;
  say.ok('The ledger is up to date');
  if (url === undefined) {
    return {
      problem: 'wrangler did not say at which URL the Worker answers',
      fix: 'Run this again with --url https://…',
    };
  }
  const isNoted = readSettingsFile(file).WHENCE_URL === url;
  return (isNoted ? undefined : keep(file, new Map([['WHENCE_URL', url]]))) ?? url;
}

/** Says where each URL goes, and takes the secrets that providers show only now. */
async function connectSources(run: Run, url: string): Promise<Failure | undefined> {
  const { say, ask, hide, wrangler, target, plan, deployed, file } = run;
  const { sources } = run.registry;
  const on = sources.filter(
    ({ secretName }) => deployed.has(secretName) || plan.write.has(secretName),
  );
  const open = sources.filter(({ secretName }) => plan.later.includes(secretName));
  sayWhereToPaste(say, url, on, plan.write, { names: plan.madeUp, file });
  const secrets = await askProviderSecrets({ url, sources: open, ask, say });
  if (secrets.size === 0) return undefined;
  for (const secret of secrets.values()) hide(secret);
  const failed = await withSecretsFile(
    secrets,
    (path) => wrangler.setSecrets(target, path),
    run.place,
  );
  if (!failed) say.ok(`Set ${[...secrets.keys()].join(', ')}`);
  return failed;
}

function stop(say: SetupDependencies['say'], { problem, fix }: Failure): 1 {
  say.fail(problem, fix);
  return 1;
}
