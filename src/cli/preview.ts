// `npm run preview -- --email … [--visitor …] [--url …]`: what Whence would write onto a contact, as a table. Writes nothing.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, parseEnv } from 'node:util';
import Table from 'cli-table3';
import * as z from 'zod';
import { defaultWorkerUrl } from './worker-api.ts';

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
const Problem = z.object({ detail: z.string() });

const { email, visitor, url } = readFlags();
const token = readToken();
const target = new URL('/api/preview', url);
target.searchParams.set('email', email);
if (visitor !== undefined) target.searchParams.set('visitorId', visitor);

let failed = false;
const { match, destinations } = await ask(target);
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

function readToken(): string {
  const file = '.dev.vars';
  const given = {
    ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}),
    ...process.env,
  };
  const adminToken = given.ADMIN_TOKEN?.trim();
  if (adminToken) return adminToken;
  console.error('✗ ADMIN_TOKEN is not set. Give it in the environment or in .dev.vars.');
  process.exit(1);
}

async function ask(address: URL): Promise<z.infer<typeof Answer>> {
  let response: Response;
  try {
    response = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  } catch {
    console.error(`✗ Nothing answers at ${address.origin}. Is it running? Else give --url.`);
    process.exit(1);
  }
  const body: unknown = await response.json().catch(() => undefined);
  const answer = Answer.safeParse(body);
  if (response.ok && answer.success) return answer.data;
  const why = response.status === 401 ? 'ADMIN_TOKEN is another one there.' : undefined;
  const detail = why ?? Problem.safeParse(body).data?.detail ?? 'That is no Whence.';
  console.error(`✗ ${address.origin} answered ${response.status}. ${detail}`);
  process.exit(1);
}
