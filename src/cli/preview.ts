// `npm run preview -- --email … [--visitor …] [--url …]`: what Whence would write onto a contact, as a table. Writes nothing.
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { Preview } from '../api/preview.ts';
import { fail, openApi, reasonText } from './command.ts';
import { defaultWorkerUrl } from './machine-settings.ts';

const USAGE = `usage: npm run preview -- --email <address> [--visitor <DataFast visitor ID>] [--url <your worker>]
  ADMIN_TOKEN comes from the environment or .dev.vars; --url is WHENCE_URL, else http://localhost:8787, unless given`;

const { email, visitor, url } = readFlags();
const query = new URLSearchParams({
  email,
  ...(visitor === undefined ? {} : { visitorId: visitor }),
});
const preview = await openApi(url).call(Preview, 'GET', `/api/preview?${query}`);
if (preview.kind !== 'ok') fail(`✗ ${preview.message}`, 1);

console.log(`match: ${preview.answer.match}`);
for (const destination of preview.answer.destinations) {
  if ('failed' in destination) {
    const { name, failed, detail } = destination;
    console.error(`✗ ${name} cannot be read: ${reasonText({ reason: failed, detail })}`);
    process.exitCode = 1;
    continue;
  }
  const { name, externalId, properties } = destination;
  const table = new Table({
    head: ['property', 'now', 'would be', '', 'why'],
    style: { head: [], border: [], compact: true },
    colWidths: [32, 26, 26, 7, 34],
  });
  for (const row of properties) {
    table.push([row.property, row.now ?? '', row.wouldBe ?? '', row.action, row.why]);
  }
  console.log(`\n${name}: ${externalId ? `contact ${externalId}` : 'a new contact'}\n${table}`);
}

function readFlags(): { email: string; visitor?: string; url: string } {
  try {
    const { values } = parseArgs({
      options: {
        email: { type: 'string' },
        visitor: { type: 'string' },
        url: { type: 'string', default: defaultWorkerUrl() },
      },
    });
    if (values.email !== undefined && URL.canParse(values.url)) {
      return { ...values, email: values.email };
    }
  } catch {
    // An unknown flag; the usage says which there are.
  }
  return fail(USAGE);
}
