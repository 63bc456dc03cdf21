// What setup says of its plan: what is missing, what a dry run would do, and what is seen only once.
import type { Target } from '../wrangler.ts';
import { mistakesIn } from './check-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import { mayAskForSample, sampleOf } from './first-delivery.ts';
import type { Plan } from './plan.ts';

/** One run, once everything is known. */
export interface Run extends SetupDependencies {
  target: Target;
  plan: Plan;
  /** Whether the Worker does not exist yet. */
  isNew: boolean;
  deployed: ReadonlySet<string>;
  /** The values of settings that this machine knows. */
  known: ReadonlyMap<string, string>;
  /** What the file of the deployment gets before the deploy. */
  kept: ReadonlyMap<string, string | undefined>;
}

/** Names what is wrong beside what is missing, so that one more run is enough. */
export function sayMissing(
  { env, registry, say }: SetupDependencies,
  local: SetupDependencies['env'],
  missing: readonly string[],
): void {
  const given = givenValues({ ...local, ...env });
  const { invalid, lookAlikes } = mistakesIn(given, registry);
  for (const { key, problem, fix } of lookAlikes) say.warn(`${key} ${problem}`, fix);
  for (const { key, problem, fix } of invalid) say.fail(`${key} ${problem}`, fix);
  say.fail(
    `These settings are missing:\n${missing.join('\n')}`,
    'Set them in the environment, then run the same command again.',
  );
}

/** What is set, without what is empty. */
export function givenValues(texts: SetupDependencies['env']): ReadonlyMap<string, string> {
  return new Map(Object.entries(texts).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** What a dry run says instead of doing it. */
export function sayPlan(run: Run): void {
  const { flags, say, plan, kept, file, isNew, known } = run;
  const names = [...plan.write.keys()];
  const keeps = namesOf(kept);
  say.note(
    'Would do, and has done nothing of it',
    [
      `deploy the Worker with ${names.length > 0 ? names.join(', ') : 'the secrets it has'}`,
      'bring the ledger’s schema up to date',
      ...(keeps.length > 0 ? [`keep ${keeps.join(', ')} in ${file}`] : []),
      ...plan.later.map((name) => `ask for ${name} once its webhook exists`),
      ...(sampleOf(flags, isNew)
        ? [`send a sample of ${sampleOf(flags, isNew)}, wait for it to arrive, and forget it`]
        : []),
      ...(mayAskForSample(run, isNew, (name) => known.get(name))
        ? ['ask whether to send a sample']
        : []),
    ].join('\n'),
  );
}

/** A secret that no file keeps is seen only now. */
export function sayOnce({ say, plan, kept }: Run): void {
  for (const [name, secret] of plan.madeUp) {
    if (kept.get(name) !== undefined) continue;
    say.note(`${name} is shown only now. Put it where you keep passwords:`, `  ${secret}`);
  }
}

/** The names of what stays. */
export const namesOf = (kept: Run['kept']): readonly string[] =>
  [...kept].flatMap(([name, value]) => (value === undefined ? [] : [name]));
