// The keys that setup has to ask for: each is tried as soon as it is typed, and asked for again while it does not work.
import { ownSettings } from '../../settings/own-settings.ts';
import { neededSettings, type Setting, settingOf } from '../../settings/setting.ts';
import { writeSettingsFile } from '../deployment.ts';
import type { Registry } from '../registry.ts';
import { checkKeys } from './check-keys.ts';
import type { SetupDependencies } from './dependencies.ts';
import { makeUpSecret } from './make-up-secret.ts';
import type { Plan } from './plan.ts';
import type { Ask } from './terminal.ts';

export type Asking = Pick<
  SetupDependencies,
  'env' | 'registry' | 'say' | 'hide' | 'file' | 'fetch' | 'now' | 'sleep' | 'flags'
> & {
  ask: Ask;
  local: Readonly<Record<string, string | undefined>>;
  isNamed(name: string): boolean;
};

interface Owner {
  settings: readonly Setting[];
}

const ownersOf = ({ destinations }: Registry): readonly Owner[] => [
  { settings: ownSettings },
  ...destinations,
];

/** The settings that the Worker has after a deploy, so that this machine need not keep them. */
export const keysOf = (registry: Registry): readonly string[] =>
  ownersOf(registry)
    .flatMap(({ settings }) => settings)
    .filter(({ name, isMadeUp }) => !isMadeUp && name !== 'ADMIN_TOKEN')
    .map(({ name }) => name);

/** Asks for what is missing, one service after the other, and adds it to what is written. */
export async function askForMissing(asking: Asking, plan: Plan): Promise<void> {
  for (const owner of ownersOf(asking.registry)) {
    const open = owner.settings.filter(({ name }) => plan.missing.includes(name));
    if (open.length > 0) await askForService(asking, plan, owner, open);
  }
}

async function askForService(
  asking: Asking,
  plan: Plan,
  owner: Owner,
  open: readonly Setting[],
): Promise<void> {
  const { say, env, local, registry } = asking;
  const typed = new Set<string>();
  let next = [...open];
  while (next.length > 0) {
    for (const row of next) {
      if (!typed.has(row.name)) say.note(row.name, row.where ?? row.doc);
      await askFor(asking, plan, row);
      typed.add(row.name);
      next.push(...needsAlso(asking, plan, owner, [...next.map(({ name }) => name), ...typed]));
    }
    const known = { ...local, ...env, ...Object.fromEntries(plan.write) };
    const values = owner.settings.flatMap(({ name }): [string, string][] =>
      known[name] ? [[name, known[name]]] : [],
    );
    say.step('Trying it');
    const { blocking, checked } = await checkKeys(new Map(values), registry, asking, {
      creates: false,
      madeUp: plan.madeUp,
    });
    const wrong = new Set(blocking.map(settingOf).filter((name) => typed.has(name)));
    if (blocking.length === 0 && checked.length > 0) say.ok(`${checked.join(', ')}: it works`);
    // What no other key would change is said when everything is checked.
    if (wrong.size === 0) break;
    for (const { key, problem, fix } of blocking) say.fail(`${key} ${problem}`, fix);
    next = owner.settings.filter(({ name }) => wrong.has(name));
  }
  if (asking.flags.dryRun) return;
  // What was typed is kept until the Worker has it.
  const kept = [...typed].map((name): [string, string | undefined] => [name, plan.write.get(name)]);
  writeSettingsFile(asking.file, new Map(kept));
}

/** What was just given may need another setting as well: one to ask for, or one that is made up. */
function needsAlso(
  { registry, hide, isNamed }: Asking,
  { write, madeUp }: Plan,
  owner: Owner,
  asked: readonly string[],
): readonly Setting[] {
  return neededSettings(owner, write).filter(({ name, isMadeUp, neededBy }) => {
    if (asked.includes(name) || write.has(name) || isNamed(name)) return false;
    const secret = isMadeUp && makeUpSecret(name, registry);
    if (!secret) return neededBy !== undefined;
    hide(secret);
    write.set(name, secret);
    madeUp.set(name, secret);
    return false;
  });
}

async function askFor({ ask, hide }: Asking, { write }: Plan, row: Setting): Promise<void> {
  const question = row.name;
  const check = (text: string) => mistakeIn(row, text);
  const value = await (row.isSecret ? ask.secret(question, check) : ask.text(question, check));
  if (row.isSecret) hide(value);
  write.set(row.name, value);
}

function mistakeIn({ name, fix, read }: Setting, text: string): string | undefined {
  const reading = read(text);
  return 'problem' in reading ? `${name} ${reading.problem}. ${fix}` : undefined;
}
