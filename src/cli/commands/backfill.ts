// `whence backfill file.csv`: hands the Worker the signups from before it was deployed.
import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import { COLUMNS, parseMapping } from '../backfill/columns.ts';
import { dateReader } from '../backfill/dates.ts';
import { EXPORT_NAMES, type ExportName } from '../backfill/exports.ts';
import {
  dryRunOption,
  examples,
  exitCodes,
  fail,
  filled,
  jsonOption,
  newCommand,
  numberWhere,
  oneOf,
  refuse,
} from '../command.ts';
import { VISITORS_PER_MINUTE } from '../throttle.ts';
import { nameOption, openWorker, urlOption } from '../worker.ts';

const ABOUT = `Hands the Worker the signups from before it was deployed.

The file is in UTF-8 and has a header. Its columns are ${COLUMNS.join(', ')}; the first two are needed. signed_up_at is ISO 8601, a database's 2026-10-01 08:00:00+00, or seconds or milliseconds since 1970; without a zone it is UTC. --dates reads every other form. first_name and last_name count where there is no name.

Rows without a visitor ID go at 600 a minute. While more than 200 messages wait on the Worker's queue nothing is sent, so live signups never wait long behind a backfill. Refused rows go to <file.csv>.refused.csv. An interrupted run continues where it stopped. The same row again is the same signup, so nothing is doubled.`;

/** The command, ready to be parsed. */
export function backfillCommand() {
  return newCommand('backfill')
    .summary('delivers the signups from before, out of a CSV file')
    .description(ABOUT)
    .argument('<file.csv>', 'the signups')
    .option('--map <ours=yours,…>', 'your column names; may be given several times', collect)
    .option(
      '--from <service>',
      `an export of ${EXPORT_NAMES.join(', ')}: knows its columns`,
      oneOf(EXPORT_NAMES),
    )
    .option(
      '--dates <form>',
      "how dates are written: 'DD.MM.YYYY HH:mm', 'M/D/YYYY h:mm A', 'MMM D, YYYY', …, or excel",
      filled,
    )
    .option('--delimiter <sign>', 'what separates cells: , or ; or tab', delimiterOf, ',')
    .option(
      '--rate <number>',
      'rows with a visitor ID a minute; DataFast answers 60, and live signups need some of them',
      numberWhere((value) => value > 0, 'a number of rows a minute'),
      VISITORS_PER_MINUTE,
    )
    .option('--restart', 'from the first row, even if an earlier run got further')
    .addOption(dryRunOption('checks every row, and sends nothing'))
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples(
          'backfill',
          ['signups.csv', '--dry-run'],
          ['signups.csv', '--map', 'email=E-Mail,signed_up_at=Created', '--delimiter', ';'],
          ['customers.csv', '--from', 'stripe'],
          ['users.csv', '--dates', 'DD.MM.YYYY HH:mm'],
        ),
        exitCodes('when every row is accepted', 'when some are refused or something failed'),
      ].join('\n'),
    )
    .action(run);
}

interface Flags {
  map?: readonly string[];
  from?: ExportName;
  dates?: string;
  delimiter: string;
  rate: number;
  restart?: true;
  dryRun?: true;
  json?: true;
  name?: string;
  url?: string;
}

async function run(path: string, flags: Flags, command: CommandUnknownOpts): Promise<void> {
  const {
    map = [],
    from,
    dates,
    delimiter,
    rate,
    restart = false,
    dryRun = false,
    json = false,
  } = flags;
  const mapping = parseMapping(map);
  if (typeof mapping === 'string') return refuse(command, mapping);
  const readDate = dateReader(dates);
  if (!readDate) {
    refuse(command, `--dates: ${dates} has no year, month and day. Example: DD.MM.YYYY HH:mm`);
  }
  const { backfill } = await import('../backfill/backfill.ts');
  const order = {
    file: { path, mapping, delimiter, from, readDate },
    dates,
    worker: openWorker(command, flags),
    visitorsPerMinute: rate,
    isDryRun: dryRun,
    restarts: restart,
    json,
  };
  try {
    process.exitCode = await backfill(order);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), 1);
  }
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  filled(text),
];

function delimiterOf(text: string): string {
  if (text === 'tab') return '\t';
  if (filled(text).length === 1) return text;
  throw new InvalidArgumentError('It is one character, or tab.');
}
