// `npm run provision`: creates the fields that Whence writes, at every destination whose key is in .dev.vars or the
// environment.
import { readSettings } from '../health/read-settings.ts';
import { ANY_DESTINATION, problemInWords } from '../settings/config.ts';
import { settingOf } from '../settings/setting.ts';
import { readArguments } from './arguments.ts';
import { machineSettings } from './machine-settings.ts';
import { registry } from './registry.ts';

readArguments({
  name: 'npm run provision',
  usage: `usage: npm run provision

  Creates the datafast_* properties that are missing in the CRM, and changes none. Safe to repeat. The keys are those of
  .dev.vars or the environment.

  Ends with 0 when every property is there, 1 when one is not, 2 when it was called wrongly.`,
  options: {},
  mostArguments: 0,
});

const { destinations, openDestinations } = registry;
const settings = readSettings(machineSettings(), registry);
const names = destinations.flatMap((destination) => destination.settings.map(({ name }) => name));
const concerned = [ANY_DESTINATION, 'FIELD_NAMES', ...names];
const problems = settings.problems.filter((problem) => concerned.includes(settingOf(problem)));
for (const problem of problems) console.error(`✗ ${problemInWords(problem)}. ${problem.fix}`);
if (problems.length > 0) process.exit(1);

for (const destination of openDestinations(settings.values, settings.names, {
  fetch,
  now: Date.now,
})) {
  const { label } = destination;
  const prepared = await destination.prepare?.();
  if (prepared === undefined) console.log(`✓ ${label}: there is nothing to create`);
  else if (prepared.created.length > 0)
    console.log(`✓ ${label}: created ${prepared.created.length} fields`);
  else if (prepared.problems.length === 0) console.log(`✓ ${label}: every field is there`);
  for (const { key, problem, fix } of prepared?.problems ?? []) {
    console.error(`✗ ${label}: ${key} ${problem}. ${fix}`);
    process.exitCode = 1;
  }
}
