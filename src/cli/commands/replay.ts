// `whence replay <signup id>` or `--status failed …`: delivers signups once more.
import { type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import Table from 'cli-table3';
import { Replayable, Replayed } from '../../api/operations.ts';
import { DELIVERY_STATUSES } from '../../model.ts';
import { isoOf } from '../../time.ts';
import { isoFromExport } from '../backfill/dates.ts';
import {
  dryRunOption,
  examples,
  exitCodes,
  fail,
  filled,
  jsonOption,
  newCommand,
  oneOf,
  refuse,
} from '../command.ts';
import { replayAll } from '../replay-all.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';
import type { WorkerApi } from '../worker-api.ts';

const ABOUT = `A replay never changes a first touch that is known, and never replaces a newer value. A first touch that is Unknown is replaced when the same visitor's source is known now.

Replayed signups wait on the Worker's queue. While more than 200 messages wait there, the rest is held back. Ctrl-C ends it after what is under way, and says how to continue.`;

const DESTINATION = 'only there; with --status delivered also what was never sent there';

/** The command, ready to be parsed. */
export function replayCommand() {
  return newCommand('replay')
    .summary('delivers signups once more')
    .description(`Delivers one signup once more, or all of a kind.\n\n${ABOUT}`)
    .argument('[id]', 'of the signup')
    .option(
      '--status <status>',
      `all signups that are ${DELIVERY_STATUSES.join(', ')}`,
      oneOf(DELIVERY_STATUSES),
    )
    .option('--reason <code>', 'only those with this reason', filled)
    .option(
      '--from <moment>',
      'only those received then or later: a day, or ISO 8601; without a zone UTC',
      moment,
    )
    .option('--until <moment>', 'only those received before', moment)
    .option('--destination <name>', DESTINATION, filled)
    .option('--cursor <cursor>', 'goes on where an earlier run stopped', filled)
    .addOption(dryRunOption('counts them by reason, and replays nothing'))
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples(
          'replay',
          ['stripe:evt_1'],
          ['--status', 'failed', '--reason', 'gave_up', '--dry-run'],
        ),
        exitCodes('when all are on the queue', 'when some could not be read or something failed'),
      ].join('\n'),
    )
    .action(
      async (id, { dryRun = false, json = false, name, url, status, ...narrower }, command) => {
        const { from, until, reason, destination, cursor } = narrower;
        const [flag] = Object.keys({ ...narrower, ...(dryRun && { 'dry-run': true }) });
        if (id === undefined && status === undefined) {
          refuse(
            command,
            flag === undefined ? 'Give a signup id, or --status.' : `--${flag} needs --status.`,
          );
        }
        if (id !== undefined && (status !== undefined || flag !== undefined)) {
          refuse(command, `Give \`${id}\` or --${flag ?? 'status'}, not both.`);
        }
        const api = await openApi(openWorker(command, { name, url }));
        if (id !== undefined) return replayOne(api, id, json);
        const received = { receivedFrom: from, receivedUntil: until };
        const filter = { status, reason, ...received, destination, cursor };
        const counted = await count(api, filter, command);
        if (dryRun && json) console.log(JSON.stringify(counted));
        else if (counted.total === 0)
          console.log(json ? JSON.stringify({ replayed: 0 }) : 'There are no such signups.');
        else if (dryRun) console.log(tableOf(counted));
        else process.exitCode = await replayAll(api, filter, { total: counted.total, json });
      },
    );
}

function moment(text: string): string {
  const time = Date.parse(isoFromExport(filled(text)));
  if (!Number.isNaN(time)) return isoOf(time);
  throw new InvalidArgumentError('It is a day such as 2026-11-01, or a moment in ISO 8601.');
}

async function replayOne(api: WorkerApi, id: string, json: boolean): Promise<void> {
  const path = `/api/signups/${encodeURIComponent(id)}/replay`;
  const replayed = await api.call(Replayed, 'POST', path);
  if (replayed.kind !== 'ok') return fail(replayed.message, 1);
  const { answer } = replayed;
  console.log(json ? JSON.stringify(answer) : `Replayed: ${answer.replayed.join(', ')}`);
}

/** How many there are, by reason. */
async function count(
  api: WorkerApi,
  filter: object,
  command: CommandUnknownOpts,
): Promise<Replayable> {
  const body = { ...filter, dryRun: true };
  const counted = await api.call(Replayable, 'POST', '/api/replay', body);
  if (counted.kind === 'ok') return counted.answer;
  return counted.kind === 'refused' && counted.status === 400
    ? refuse(command, counted.message)
    : fail(counted.message, 1);
}

function tableOf({ total, reasons }: Replayable): string {
  const table = new Table({
    head: ['signups', 'reason'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'left'],
  });
  for (const { signups, reason } of reasons) table.push([signups, reason || '(none)']);
  return `${table}\n${total} signups would be replayed.`;
}
