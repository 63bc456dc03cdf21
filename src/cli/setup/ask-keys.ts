// The keys that setup has to ask for: each is tried as soon as it is typed, and asked for again while it does not work.
import { neededSettings } from '../../settings/config.ts';
import { needsWebsite, ownSettings } from '../../settings/own-settings.ts';
import { type Setting, settingOf } from '../../settings/setting.ts';
import { writeSettingsFile } from '../deployment.ts';
import type { Registry } from '../registry.ts';
import { checkKeys } from './check-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import type { Plan } from './plan.ts';
import type { Ask } from './terminal.ts';

export type Asking = Pick<
  SetupDependencies,
  'env' | 'registry' | 'say' | 'hide' | 'file' | 'fetch' | 'now' | 'flags'
> & {
  ask: Ask;
  local: Readonly<Record<string, string | undefined>>;
  isNamed(name: string): boolean;
};

const WEBSITE = 'DATAFAST_WEBSITE_ID';
const KEY = 'DATAFAST_API_KEY';

/** Asks for what is missing, one service after the other, and adds it to what is written. */
export async function askForMissing(
  asking: Asking,
  rows: readonly Setting[],
  plan: Plan,
): Promise<void> {
  for (const { needed, all } of servicesOf(asking.registry)) {
    const open = needed.filter((name) => plan.missing.includes(name));
    if (open.length > 0) await askForService(asking, rows, plan, { all, open });
  }
}

/** The names of the keys of every service, and of all its settings. */
function servicesOf({ destinations }: Registry) {
  const datafast = ownSettings
    .map(({ name }) => name)
    .filter((name) => name.startsWith('DATAFAST_'));
  return [
    { needed: [KEY, WEBSITE], all: datafast },
    ...destinations.map((destination) => ({
      needed: neededSettings(destination).map(({ name }) => name),
      all: destination.settings.map(({ name }) => name),
    })),
  ];
}

/** The keys that the Worker has after a deploy, so that this machine need not keep them. */
export const keysOf = (registry: Registry): readonly string[] =>
  servicesOf(registry).flatMap(({ needed }) => needed);

/** `all`: the settings of the service. `open`: those that have to be typed. */
async function askForService(
  asking: Asking,
  rows: readonly Setting[],
  plan: Plan,
  { all, open }: { all: readonly string[]; open: readonly string[] },
): Promise<void> {
  const { say, env, local, registry, isNamed } = asking;
  const typed = new Set<string>();
  let next = [...open];
  while (next.length > 0) {
    for (const name of next) {
      const value = await askFor(asking, rows, plan, name);
      typed.add(name);
      // The key that was just given may need its website as well.
      const isKnown = next.includes(WEBSITE) || typed.has(WEBSITE) || isNamed(WEBSITE);
      if (name === KEY && needsWebsite(value) && !isKnown) next.push(WEBSITE);
    }
    const known = { ...local, ...env, ...Object.fromEntries(plan.write) };
    const values = all.flatMap((name): [string, string][] =>
      known[name] ? [[name, known[name]]] : [],
    );
    say.step('Trying it');
    const { blocking, checked } = await checkKeys(new Map(values), registry, asking, false);
    const wrong = blocking.map(settingOf).filter((name) => typed.has(name));
    if (blocking.length === 0 && checked.length > 0) say.ok(`${checked.join(', ')}: it works`);
    // What no other key would change is said when everything is checked.
    if (wrong.length === 0) break;
    for (const { key, problem, fix } of blocking) say.fail(`${key} ${problem}`, fix);
    next = [...new Set(wrong)];
  }
  if (asking.flags.dryRun) return;
  // What was typed is kept until the Worker has it.
  const kept = [...typed].map((name): [string, string | undefined] => [name, plan.write.get(name)]);
  writeSettingsFile(asking.file, new Map(kept));
}

async function askFor(
  { ask, hide }: Asking,
  rows: readonly Setting[],
  plan: Plan,
  name: string,
): Promise<string> {
  const row = rows.find((setting) => setting.name === name);
  if (row === undefined) return '';
  const question = `${name} (${row.where ?? row.doc})`;
  const check = (text: string) => mistakeIn(row, text);
  const value = await (row.isSecret ? ask.secret(question, check) : ask.text(question, check));
  if (row.isSecret) hide(value);
  plan.write.set(name, value);
  return value;
}

function mistakeIn({ name, fix, read }: Setting, text: string): string | undefined {
  const reading = read(text);
  return 'problem' in reading ? `${name} ${reading.problem}. ${fix}` : undefined;
}
