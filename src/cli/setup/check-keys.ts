// The keys that are known here, tried at DataFast and at the destinations before anything is deployed.
import type { DestinationProblem, ProblemCode } from '../../destinations/destination.ts';
import { readSettings } from '../../health/read-settings.ts';
import type { Problem } from '../../model.ts';
import { settingOf } from '../../settings/setting.ts';
import { checkDatafast } from '../../visitors/check.ts';
import { allSettings, type Registry } from '../registry.ts';

export interface KeyCheck {
  /** Nothing may be deployed with these. */
  blocking: readonly Problem[];
  /** Signups arrive in spite of these. */
  warnings: readonly Problem[];
  /** Which services were asked, as people write them. */
  checked: readonly string[];
  /** How many fields were created, or would be, by destination. */
  fields: ReadonlyMap<string, number>;
}

interface Io {
  fetch: typeof fetch;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** With these a delivery fails. Any other problem is about one field, which is left out. */
const BLOCKING: readonly ProblemCode[] = [
  'key_missing',
  'unauthorized',
  'forbidden',
  'refused',
  'plan_limit',
  'unavailable',
];

/** With `creates`, fields that are missing are created where every key works. */
export async function checkKeys(
  values: ReadonlyMap<string, string>,
  registry: Registry,
  io: Io,
  { creates, madeUp }: { creates: boolean; madeUp: ReadonlyMap<string, string> },
): Promise<KeyCheck> {
  const settings = readSettings(Object.fromEntries(values), registry);
  const { invalid, lookAlikes } = mistakesIn(values, registry);
  const result = {
    blocking: [...invalid],
    warnings: [...lookAlikes],
    checked: [] as string[],
    fields: new Map<string, number>(),
  };
  if (invalid.length > 0) return result;
  const { blocking, checked } = result;
  const datafast = await checkDatafast({ ...settings.datafast, ...io });
  if (datafast) {
    checked.push('DataFast');
    blocking.push(...datafast);
  }
  const destinations = registry
    .openDestinations(settings.values, settings.names, {
      ...io,
      sleep: (seconds) => io.sleep(seconds * 1000),
    })
    .filter(({ name }) => !isTooEarly(registry, name, madeUp));
  for (const destination of destinations) {
    const { label } = destination;
    checked.push(label);
    const found = await destination.check();
    result.fields.set(label, found.filter(({ isCreatable }) => isCreatable).length);
    addProblems(
      result,
      found.filter(({ isCreatable }) => !isCreatable),
    );
  }
  for (const destination of destinations) {
    const { label } = destination;
    if (!creates || blocking.length > 0 || !result.fields.get(label)) continue;
    const prepared = await destination.prepare?.();
    result.fields.set(label, prepared?.created.length ?? 0);
    addProblems(result, prepared?.problems ?? []);
  }
  return result;
}

/** Nobody there knows a secret that has just been made up. The doctor asks when the operator has handed it over. */
function isTooEarly(
  { destinations }: Registry,
  name: string,
  madeUp: ReadonlyMap<string, string>,
): boolean {
  const settings = destinations.find((one) => one.name === name)?.settings ?? [];
  return settings.some((setting) => madeUp.has(setting.name));
}

/** What the check has found already is not repeated. */
function addProblems(
  { blocking, warnings }: { blocking: Problem[]; warnings: Problem[] },
  found: readonly DestinationProblem[],
): void {
  for (const { code, isCreatable: _, ...problem } of found) {
    const list = BLOCKING.includes(code) ? blocking : warnings;
    if (!list.some(({ key }) => key === problem.key)) list.push(problem);
  }
}

/** What is not known here may be deployed, so only what is set here can be wrong here. */
export function mistakesIn(
  values: ReadonlyMap<string, string>,
  registry: Registry,
): { invalid: readonly Problem[]; lookAlikes: readonly Problem[] } {
  const { problems } = readSettings(Object.fromEntries(values), registry);
  const known = allSettings(registry).map(({ name }) => name);
  const here = problems.filter((problem) => values.has(settingOf(problem)));
  return {
    invalid: here.filter((problem) => known.includes(settingOf(problem))),
    lookAlikes: here.filter((problem) => !known.includes(settingOf(problem))),
  };
}
