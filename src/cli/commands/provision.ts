// `whence provision`: creates the fields that Whence writes, at every destination whose key is known here.
import { setTimeout as wait } from 'node:timers/promises';
import type { OpenDestination } from '../../destinations/destination.ts';
import { readSettings } from '../../health/read-settings.ts';
import { ANY_DESTINATION, problemInWords } from '../../settings/config.ts';
import { settingOf } from '../../settings/setting.ts';
import {
  dryRunOption,
  examples,
  exitCodes,
  jsonOption,
  newCommand,
  yesOption,
} from '../command.ts';
import { isConfirmed } from '../confirm.ts';
import type { MachineSettings } from '../deployment.ts';
import { registry } from '../registry.ts';
import { nameOption, openNamed } from '../worker.ts';

/** The command, ready to be parsed. */
export function provisionCommand() {
  return newCommand('provision')
    .summary('creates the fields that are missing in the CRM')
    .description(
      'Creates the datafast_* fields that are missing in the CRM, after it has shown them and asked. It changes none that is there. Safe to repeat. The keys are those of this machine; the Worker also creates missing fields by itself.',
    )
    .addOption(nameOption())
    .addOption(dryRunOption('shows what would be created, and creates nothing'))
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('provision', ['--dry-run'], ['--yes']),
        exitCodes('when every field is there', 'when one is not'),
      ].join('\n'),
    )
    .action(async ({ name, dryRun = false, yes = false, json = false }, command) => {
      const print: Print = (result) =>
        json ? console.log(JSON.stringify(result)) : inWords(result);
      const open = openDestinations(openNamed(command, name).settings);
      if (open === undefined) process.exitCode = 1;
      else process.exitCode = await provision(open, { dryRun, yes, print });
    });
}

interface Result {
  destination: string;
  isDryRun: boolean;
  fields: readonly string[];
  problems: readonly { key: string; problem: string; fix: string }[];
}
type Print = (result: Result) => void;
type Destinations = readonly Pick<OpenDestination, 'label' | 'check' | 'prepare'>[];

/** The destinations that are on; `undefined` when the settings do not open them. */
function openDestinations(settings: MachineSettings): Destinations | undefined {
  const { values, names, problems } = readSettings(settings, registry);
  const keys = registry.destinations.flatMap((destination) =>
    destination.settings.map((setting) => setting.name),
  );
  const concerned = [ANY_DESTINATION, 'FIELD_NAMES', ...keys];
  const mistakes = problems.filter((problem) => concerned.includes(settingOf(problem)));
  for (const mistake of mistakes) console.error(`✗ ${problemInWords(mistake)}. ${mistake.fix}`);
  return mistakes.length > 0
    ? undefined
    : registry.openDestinations(values, names, {
        fetch,
        now: Date.now,
        sleep: (seconds) => wait(seconds * 1000),
      });
}

async function provision(
  open: Destinations,
  { dryRun, yes, print }: { dryRun: boolean; yes: boolean; print: Print },
): Promise<0 | 1> {
  let hasProblem = false;
  for (const { label, check, prepare } of open) {
    const found = await check();
    const fields = found.filter(({ isCreatable }) => isCreatable).map(({ key }) => key);
    const others = found.filter(({ isCreatable }) => !isCreatable);
    if (dryRun || !prepare || fields.length === 0) {
      print({ destination: label, isDryRun: true, fields, problems: others });
      hasProblem ||= others.length > 0 || (dryRun && fields.length > 0);
      continue;
    }
    if (!yes) {
      console.error(`${label}: ${fields.length} fields are missing: ${fields.join(', ')}`);
      const question = `Create ${fields.length} fields in ${label}?`;
      if (!(await isConfirmed(question, false))) return 1;
    }
    const { created, problems } = await prepare();
    print({ destination: label, isDryRun: false, fields: created, problems });
    hasProblem ||= problems.length > 0;
  }
  return hasProblem ? 1 : 0;
}

function inWords({ destination, isDryRun, fields, problems }: Result): void {
  const { length } = fields;
  if (length > 0) {
    const done = isDryRun
      ? `would create ${length} fields: ${fields.join(', ')}`
      : `created ${length} fields`;
    console.log(`✓ ${destination}: ${done}`);
  } else if (problems.length === 0) console.log(`✓ ${destination}: every field is there`);
  for (const { key, problem, fix } of problems) {
    console.error(`✗ ${destination}: ${key} ${problem}. ${fix}`);
  }
}
