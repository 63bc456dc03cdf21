// `npm run preview -- --email … [--visitor …] [--url …]`: what Whence would write onto a contact, as a table. Writes nothing.
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import * as z from 'zod';
import { defaultWorkerUrl, openWorkerApi, readSettings } from './worker-api.ts';

const USAGE = `usage: npm run preview -- --email <address> [--visitor <DataFast visitor ID>] [--url <your worker>]
  ADMIN_TOKEN comes from the environment or .dev.vars; --url is WHENCE_URL, else http://localhost:8787, unless given`;

const Answer = z.object({
  match: z.string(),
  destinations: z.array(
    z.union([
      z.object({ name: z.string(), failed: z.string() }),
      z.object({
        name: z.string(),
        externalId: z.string().nullable(),
        properties: z.array(
          z.object({
            property: z.string(),
            now: z.string().nullable(),
            wouldBe: z.string().nullable(),
            action: z.string(),
            why: z.string(),
          }),
        ),
      }),
    ]),
  ),
});

const { email, visitor, url } = readFlags();
const query = new URLSearchParams({
  email,
  ...(visitor === undefined ? {} : { visitorId: visitor }),
});

let failed = false;
const { match, destinations } = await ask(`/api/preview?${query}`);
console.log(`match: ${match}`);
for (const destination of destinations) {
  if ('failed' in destination) {
    console.error(`✗ ${destination.name} cannot be read: ${destination.failed}`);
    failed = true;
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
process.exit(failed ? 1 : 0);

function readFlags(): { email: string; visitor?: string; url: string } {
  try {
    const { values } = parseArgs({
      options: {
        email: { type: 'string' },
        visitor: { type: 'string' },
        url: { type: 'string', default: defaultWorkerUrl() },
      },
    });
    if (values.email === undefined || !URL.canParse(values.url)) throw new Error();
    return { ...values, email: values.email };
  } catch {
    console.error(USAGE);
    process.exit(2);
  }
}

async function ask(path: string): Promise<z.infer<typeof Answer>> {
  const api = openWorkerApi(url, readSettings().ADMIN_TOKEN);
  const answer = typeof api === 'string' ? { message: api } : await api.call('GET', path);
  const parsed = 'json' in answer ? Answer.safeParse(answer.json).data : undefined;
  if (parsed) return parsed;
  console.error(`✗ ${'message' in answer ? answer.message : `${url} is no Whence.`}`);
  process.exit(1);
}
