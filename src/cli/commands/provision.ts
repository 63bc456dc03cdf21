// `whence provision`: creates the fields that Whence writes, at every destination whose key is known here, and with
// `--segments` lists of contacts that are ready to use.
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
import { withPages } from '../product.ts';
import { registry } from '../registry.ts';
import { nameOption, openNamed } from '../worker.ts';

/** The command, ready to be parsed. */
export function provisionCommand() {
  return newCommand('provision')
    .summary('creates the fields that are missing in the CRM')
    .description(
      'Creates the datafast_* fields that are missing in the CRM, after it has shown them and asked. It changes none that is there. Safe to repeat. With --segments it also creates a set of lists in a CRM that has them: hot leads, paid, AI assistants, no source. The keys are those of this machine; the Worker also creates missing fields by itself.',
    )
    .option(
      '--segments',
      'also creates the lists of contacts, where the CRM and its plan have them',
    )
    .addOption(nameOption())
    .addOption(dryRunOption('shows what would be created, and creates nothing'))
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('provision', ['--dry-run'], ['--yes'], ['--segments', '--yes']),
        exitCodes(
          'when every field, and with --segments every list, is there',
          'when one is not: in a dry run, or because the key or the plan does not allow it',
        ),
      ].join('\n'),
    )
    .action(
      async ({ name, segments = false, dryRun = false, yes = false, json = false }, command) => {
        const print: Print = (result) =>
          json ? console.log(JSON.stringify(result)) : inWords(result);
        const open = openDestinations(openNamed(command, name).settings);
        const flags = { dryRun, yes, print };
        process.exitCode =
          open === undefined ||
          (await provision(open, flags)) + (segments ? await provisionSegments(open, flags) : 0) > 0
            ? 1
            : 0;
      },
    );
}

interface Result {
  destination: string;
  isDryRun: boolean;
  fields?: readonly string[];
  /** With `--segments`, in a line of their own. */
  segments?: readonly string[];
  problems: readonly { key: string; problem: string; fix: string }[];
}
type Print = (result: Result) => void;
type Destinations = readonly Pick<
  OpenDestination,
  'label' | 'check' | 'prepare' | 'createSegments'
>[];

interface Flags {
  dryRun: boolean;
  yes: boolean;
  print: Print;
}

/** The destinations that are on; `undefined` when the settings do not open them. */
function openDestinations(settings: MachineSettings): Destinations | undefined {
  const { values, names, problems } = readSettings(settings, registry);
  const keys = registry.destinations.flatMap((destination) =>
    destination.settings.map((setting) => setting.name),
  );
  const concerned = [ANY_DESTINATION, 'FIELD_NAMES', ...keys];
  const mistakes = problems.filter((problem) => concerned.includes(settingOf(problem)));
  for (const mistake of mistakes) {
    console.error(`✗ ${problemInWords(mistake)}. ${withPages(mistake.fix)}`);
  }
  if (settings.WHENCE_URL && mistakes.some(({ key }) => key === ANY_DESTINATION)) {
    console.error(
      'The keys are on the Worker, which creates missing fields by itself. To do it here, put the key into the environment.',
    );
  }
  return mistakes.length > 0
    ? undefined
    : registry.openDestinations(values, names, {
        fetch,
        now: Date.now,
        sleep: (seconds) => wait(seconds * 1000),
      });
}

async function provision(open: Destinations, { dryRun, yes, print }: Flags): Promise<0 | 1> {
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

async function provisionSegments(
  open: Destinations,
  { dryRun, yes, print }: Flags,
): Promise<0 | 1> {
  const able = open.filter(({ createSegments }) => createSegments !== undefined);
  if (able.length === 0) console.error('✗ No destination that is on has lists of contacts.');
  let hasProblem = able.length === 0;
  for (const { label, createSegments } of able) {
    const missing = await createSegments?.(true);
    const { segments = [], problems = [] } = missing ?? {};
    if (dryRun || segments.length === 0) {
      print({ destination: label, isDryRun: true, segments, problems });
      hasProblem ||= problems.length + segments.length > 0;
      continue;
    }
    const question = `Create ${segments.length} lists in ${label}: ${segments.join(', ')}?`;
    if (!(await isConfirmed(question, yes))) return 1;
    const made = await createSegments?.(false);
    print({ destination: label, isDryRun: false, segments: [], problems: [], ...made });
    hasProblem ||= (made?.problems.length ?? 0) > 0;
  }
  return hasProblem ? 1 : 0;
}

function inWords({ destination, isDryRun, fields, segments, problems }: Result): void {
  const [names, what, one] = segments
    ? [segments, 'lists', 'list']
    : [fields ?? [], 'fields', 'field'];
  const { length } = names;
  if (length > 0) {
    const done =
      isDryRun || segments
        ? `${isDryRun ? 'would create' : 'created'} ${length} ${what}: ${names.join(', ')}`
        : `created ${length} ${what}`;
    console.log(`✓ ${destination}: ${done}`);
  } else if (problems.length === 0) console.log(`✓ ${destination}: every ${one} is there`);
  for (const { key, problem, fix } of problems) {
    console.error(`✗ ${destination}: ${key} ${problem}. ${fix}`);
  }
}
