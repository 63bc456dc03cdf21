// `whence preview --email …`: what Whence would write onto a contact, as a table. Writes nothing.
import Table from 'cli-table3';
import { Preview } from '../../api/preview.ts';
import { examples, exitCodes, fail, filled, jsonOption, newCommand, refuse } from '../command.ts';
import { reasonText } from '../reason-text.ts';
import { nameOption, openApi, openWorker, urlOption } from '../worker.ts';

/** The command, ready to be parsed. */
export function previewCommand() {
  return newCommand('preview')
    .summary('shows what would be written onto a contact')
    .description(
      'Shows what would be written onto the contact if the person signed up now, next to what the CRM has. Writes nothing.',
    )
    .requiredOption('--email <address>', 'of the person', filled)
    .option('--visitor <id>', 'the DataFast visitor ID', filled)
    .option('--all', 'also the properties that stay as they are')
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('preview', ['--email', 'ada@example.com', '--visitor', '<visitor ID>']),
        exitCodes('when it has answered', 'when something failed'),
      ].join('\n'),
    )
    .action(async ({ email, visitor, all = false, json = false, ...flags }, command) => {
      const query = new URLSearchParams({ email, ...(visitor && { visitorId: visitor }) });
      const api = await openApi(openWorker(command, flags));
      const preview = await api.call(Preview, 'GET', `/api/preview?${query}`);
      if (preview.kind === 'refused' && preview.status === 400) refuse(command, preview.message);
      if (preview.kind !== 'ok') return fail(`✗ ${preview.message}`, 1);
      if (json) console.log(JSON.stringify(preview.answer));
      else print(preview.answer, all);
      const hasFailed = preview.answer.destinations.some((destination) => 'failed' in destination);
      process.exitCode = hasFailed ? 1 : 0;
    });
}

type Row = Extract<Preview['destinations'][number], { properties: unknown }>['properties'][number];

function print({ match, destinations }: Preview, all: boolean): void {
  console.log(`match: ${match}`);
  for (const destination of destinations) {
    if ('failed' in destination) {
      const { name, failed, detail } = destination;
      console.error(`✗ ${name} cannot be read: ${reasonText({ reason: failed, detail })}`);
      continue;
    }
    if ('skipped' in destination) {
      const { name, skipped, detail } = destination;
      console.log(
        `\n${name}: nothing would be written. ${reasonText({ reason: skipped, detail })}`,
      );
      continue;
    }
    const { name, externalId, properties, payload } = destination;
    if (payload !== undefined && !all) {
      console.log(`\n${name}: would send\n${payload}`);
      continue;
    }
    console.log(`\n${name}: ${externalId ? `contact ${externalId}` : 'a new contact'}`);
    const shown = all ? properties : properties.filter(isDifferent);
    if (shown.length > 0) console.log(tableOf(shown));
    const others = properties.length - shown.length;
    if (others > 0) console.log(`${others} properties stay as they are. --all shows them.`);
  }
}

/** Whether Whence has another value than the CRM. */
function isDifferent({ now, wouldBe }: Row): boolean {
  return wouldBe !== null && wouldBe !== now;
}

function tableOf(rows: readonly Row[]): string {
  const table = new Table({
    head: ['property', 'now', 'would be', '', 'why'],
    style: { head: [], border: [], compact: true },
    colWidths: [34, 24, 24, 9, 36],
    wordWrap: true,
  });
  for (const { property, now, wouldBe, action, why } of rows) {
    table.push([property, now ?? '', wouldBe ?? '', action === 'write' ? 'written' : 'kept', why]);
  }
  return String(table);
}
