// `npm run preview -- --email … [--visitor …] [--url …]`: what Whence would write onto a contact, as a table. Writes nothing.
import Table from 'cli-table3';
import { Preview } from '../api/preview.ts';
import { readArguments, refuse } from './arguments.ts';
import { fail, openApi, reasonText, workerUrl } from './command.ts';

const COMMAND = {
  name: 'npm run preview',
  usage: `usage: npm run preview -- --email <address> [--visitor <DataFast visitor ID>] [--url <your worker>] [--all] [--json]

  Shows what would be written onto the contact if the person signed up now, next to what the CRM has. Writes nothing,
  and looks for no referrer.
  --all   also the properties that stay as they are
  --json  the answer of the API as JSON

  ADMIN_TOKEN comes from .dev.vars or the environment. --url is WHENCE_URL, else http://localhost:8787, by default.

  Ends with 0, with 1 when something failed, 2 when it was called wrongly.`,
  options: {
    email: { type: 'string' },
    visitor: { type: 'string' },
    url: { type: 'string' },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  mostArguments: 0,
} as const;

type Row = Extract<Preview['destinations'][number], { properties: unknown }>['properties'][number];

const { email, visitor, url, all = false, json = false } = readArguments(COMMAND).values;
if (email === undefined) refuse(COMMAND, '--email is missing');
const query = new URLSearchParams({ email, ...(visitor && { visitorId: visitor }) });
const api = openApi(workerUrl(url, COMMAND));
const preview = await api.call(Preview, 'GET', `/api/preview?${query}`);
if (preview.kind === 'refused' && preview.status === 400) refuse(COMMAND, preview.message);
if (preview.kind !== 'ok') fail(`✗ ${preview.message}`, 1);
if (json) console.log(JSON.stringify(preview.answer));
else print(preview.answer);
if (preview.answer.destinations.some((destination) => 'failed' in destination)) {
  process.exitCode = 1;
}

function print({ match, destinations }: Preview): void {
  console.log(`match: ${match}`);
  for (const destination of destinations) {
    if ('failed' in destination) {
      const { name, failed, detail } = destination;
      console.error(`✗ ${name} cannot be read: ${reasonText({ reason: failed, detail })}`);
      continue;
    }
    const { name, externalId, properties } = destination;
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
