// `npm run send -- <source>`: a realistic, correctly signed webhook to a Worker on this machine or a deployed one,
// followed to its outcome where there is an admin token.
import { parseArgs } from 'node:util';
import ora from 'ora';
import * as z from 'zod';
import { samples } from '../../samples/index.ts';
import type { Sample } from '../../samples/sample.ts';
import { sources } from '../sources/index.ts';
import { defaultWorkerUrl, openWorkerApi, readSettings, type WorkerApi } from './worker-api.ts';

const USAGE = `usage: npm run send -- <source> [--url https://<your worker>] [--visitor <id>] [--email <address>] [--name <name>] [--test]

  <source>   ${[...samples.keys()].join(', ')}
  --visitor  the visitor ID that travels along; without it, none does
  --test     as the provider's test mode sends it

The secret and ADMIN_TOKEN are those of .dev.vars or the environment.`;

/** A signup waits for an unknown visitor for minutes; this is about all the others. */
const PATIENCE_MS = 60_000;
const POLL_MS = 500;

const Row = z.object({
  status: z.string(),
  match: z.string().nullable(),
  channel: z.string().nullable(),
  attribution: z.object({ evidence: z.array(z.string()) }).nullish(),
  deliveries: z.array(
    z.object({ destination: z.string(), status: z.string(), reason: z.string().nullable() }),
  ),
});
const Answer = z.object({
  status: z.union([z.string(), z.number()]),
  id: z.string().optional(),
  reason: z.string().optional(),
  detail: z.string().optional(),
});

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: defaultWorkerUrl() },
        visitor: { type: 'string' },
        email: { type: 'string' },
        name: { type: 'string' },
        test: { type: 'boolean', default: false },
      },
    });
    const [name, ...others] = positionals;
    const sample = name === undefined || others.length > 0 ? undefined : samples.get(name);
    if (sample && URL.canParse(values.url)) return { ...values, sample };
  } catch {
    // An unknown flag; the usage says which there are.
  }
  return fail(USAGE);
}

const flags = readArguments();
const { sample } = flags;
const settings = readSettings();
const progress = ora({ discardStdin: false });

const id = await post(sample);
if (id !== undefined) {
  const api = openWorkerApi(flags.url, settings.ADMIN_TOKEN);
  if (typeof api === 'string') console.log(`What becomes of it is not seen: ${api}`);
  else await follow(id, api);
}

/** Sends the webhook; the signup's id when it was accepted. */
async function post({ source, proof, payload, sign }: Sample): Promise<string | undefined> {
  const secretName = sources.get(source)?.secretName ?? '';
  if (proof === 'jwt') {
    fail(
      `${source} proves itself with keys only the provider has: let it send a test event itself.`,
    );
  }
  const [secret] = settings[secretName]?.trim().split(/\s+/) ?? [];
  if (!secret) fail(`${secretName} is not set. Put it into .dev.vars or the environment.`);

  const eventId = `evt_${crypto.randomUUID().replaceAll('-', '')}`;
  const email = flags.email ?? `whence.sample+${eventId.slice(-8)}@example.com`;
  const name = flags.name ?? 'Whence Sample';
  const event = payload({
    eventId,
    email,
    name,
    userId: `user_${eventId.slice(-8)}`,
    visitorId: flags.visitor,
    occurredAt: new Date(),
    test: flags.test,
  });
  const webhook = await sign(event, { secret, eventId, at: new Date() });
  const target = new URL(`/webhooks/${source}`, flags.url);
  progress.start(`Sending a signed ${source} webhook of ${email} to ${target}`);
  let response: Response;
  try {
    response = await fetch(target, { method: 'POST', ...webhook });
  } catch {
    progress.fail(`Nothing answers at ${target.origin}. Is the Worker running? (npm run dev)`);
    process.exit(1);
  }
  const answer = Answer.safeParse(await response.json().catch(() => undefined)).data;
  if (!response.ok) {
    const hint = response.status === 401 ? ` Is ${secretName} the same there?` : '';
    progress.fail(`${source} was answered ${response.status}. ${answer?.detail ?? ''}${hint}`);
    process.exit(1);
  }
  progress.succeed(
    `${source} was answered ${response.status}: ${answer?.status} ${answer?.id ?? answer?.reason ?? ''}`,
  );
  return answer?.status === 'accepted' ? answer.id : undefined;
}

/** Watches the ledger until the signup has ended, or is known to wait. */
async function follow(signupId: string, api: WorkerApi): Promise<void> {
  progress.start('Waiting for it to arrive');
  const deadline = Date.now() + PATIENCE_MS;
  let row: z.infer<typeof Row> | undefined;
  while (Date.now() < deadline) {
    const answer = await api.call('GET', `/api/signups/${encodeURIComponent(signupId)}`);
    if (answer.kind === 'refused' && answer.status === 401) {
      progress.fail(answer.message);
      process.exit(1);
    }
    row = answer.kind === 'ok' ? Row.parse(answer.json) : undefined;
    if (row && row.status !== 'waiting') break;
    progress.text = row ? `Waiting: ${row.deliveries[0]?.reason}` : 'Waiting for it to arrive';
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (!row) {
    progress.fail('It is on the queue, and nothing has taken it from there yet.');
    process.exit(1);
  }
  const { status, match, channel, attribution, deliveries } = row;
  for (const { destination, status: state, reason } of deliveries) {
    const line = `${destination}: ${state}${reason ? ` (${reason})` : ''}`;
    if (state === 'failed') progress.fail(line);
    else if (state === 'waiting') progress.warn(line);
    else progress.succeed(line);
  }
  console.log(`  match ${match ?? '–'}, channel ${channel ?? '–'}`);
  for (const evidence of attribution?.evidence ?? []) console.log(`  because ${evidence}`);
  process.exit(status === 'failed' ? 1 : 0);
}
