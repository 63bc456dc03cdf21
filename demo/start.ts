// `npm start`: everything at work on this machine. `-- --once` checks the result and ends.
import { resolve } from 'node:path';
import Table from 'cli-table3';
import ora from 'ora';
import * as z from 'zod';
import { newCommand, parseOwn } from '../src/cli/command.ts';
import { reportEvents } from './events.ts';
import { createPersonas, type Expected, type Persona } from './personas.ts';
import { showSideBySide } from './side-by-side.ts';
import { signUp } from './sign-up.ts';
import { openStage, type Stage } from './stage.ts';

/** Enough for a slow machine. A run takes a few seconds. */
const ARRIVAL_TIMEOUT_MS = 90_000;

const command = newCommand('start')
  .description('Shows everything at work on this machine, with stand-ins for the services outside.')
  .option('--once', 'checks what arrives, then ends');
parseOwn(command);
const flags = command.opts();

const SignupList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      deliveries: z.array(z.object({ reason: z.string().nullable() })),
    }),
  ),
});
/** For days, for an event that does not come here. */
const PARKED = 'waiting_for_customer';

// By default the spinner would swallow Ctrl-C.
const progress = ora({ discardStdin: false });

/** Waits until no signup waits any more in the ledger, other than for its address. */
async function arrive(stage: Stage, ids: readonly string[]): Promise<void> {
  const { url, adminToken } = stage;
  const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
  progress.start('Waiting for the signups to arrive');
  for (;;) {
    const response = await fetch(new URL('/api/signups?limit=200', url), {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    const { items } = SignupList.parse(await response.json());
    const ended = items.filter(
      ({ id, status, deliveries }) =>
        ids.includes(id) &&
        (status !== 'waiting' || deliveries.every(({ reason }) => reason === PARKED)),
    ).length;
    progress.text = `${ended} of ${ids.length} signups have arrived`;
    if (ended === ids.length) break;
    if (Date.now() > deadline) {
      progress.fail(
        `Only ${ended} of ${ids.length} signups arrived within ${ARRIVAL_TIMEOUT_MS / 1000} s`,
      );
      for (const { level, message } of stage.logs()) console.error(`  ${level}: ${message}`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  progress.succeed(
    `${ids.length} signups have arrived, with ${stage.datafast.requests.length} requests to DataFast and ${hubspotRequests(stage)} to HubSpot`,
  );
}

/** Without the requests of provisioning. */
function hubspotRequests({ hubspot }: Stage): number {
  return hubspot.requests.filter(({ path }) => path.includes('/objects/')).length;
}

const COLUMNS: readonly { key: keyof Expected; property: string }[] = [
  { key: 'match', property: 'datafast_match' },
  { key: 'channel', property: 'datafast_channel' },
  { key: 'source', property: 'datafast_source' },
  { key: 'campaign', property: 'datafast_campaign' },
  { key: 'clickId', property: 'datafast_click_id_type' },
  { key: 'score', property: 'datafast_lead_score' },
];

/** Shows what the destinations have, and counts the differences to what is expected. */
function report(stage: Stage, personas: readonly Persona[]): number {
  const { hubspot } = stage;
  const table = new Table({
    head: ['email', 'match', 'channel', 'source', 'campaign', 'click ID', 'score'],
    style: { head: [], border: [], compact: true },
  });
  const differences: string[] = [];
  const absent: string[] = [];
  const expectedEmails = new Set<string>();
  for (const { about, webhooks, expected } of personas) {
    const email = webhooks[0]?.signup.email?.toLowerCase();
    if (!expected || email === undefined) {
      absent.push(`${email ?? 'no email'}: ${about}`);
      continue;
    }
    expectedEmails.add(email);
    const properties = hubspot.contact(email)?.properties;
    table.push([email, ...COLUMNS.map(({ property }) => properties?.[property] ?? '')]);
    if (!properties) {
      differences.push(`${email} is not in HubSpot`);
      continue;
    }
    for (const { key, property } of COLUMNS) {
      const held = properties[property] ?? '';
      if (held === expected[key]) continue;
      differences.push(`${email}: ${property} is "${held}", expected "${expected[key]}"`);
    }
  }
  for (const { properties } of hubspot.contacts()) {
    if (expectedEmails.has(properties.email ?? '')) continue;
    differences.push(`${properties.email} is in HubSpot and should not be`);
  }
  console.log(`\nWhat HubSpot has now:\n${table}\n`);
  differences.push(...showSideBySide(stage, [...expectedEmails]));
  console.log(`Not there, as expected:\n${lines(absent)}\n`);
  differences.push(...reportEvents(stage, personas));
  if (differences.length === 0) console.log('Every contact and every event is as expected.');
  else console.error(`Not as expected:\n${lines(differences)}`);
  return differences.length;
}

const lines = (texts: readonly string[]) => texts.map((text) => `  ${text}`).join('\n');

function printNextSteps({ url, adminToken, secrets }: Stage): void {
  console.log(`
Where to look next:
  the dashboard
    ${url.origin}
    log in with ${adminToken}
  every signup and its status
    curl -H 'authorization: Bearer ${adminToken}' ${url.origin}/api/signups
  one of them, with the evidence and the fields that were written
    curl -H 'authorization: Bearer ${adminToken}' ${url.origin}/api/signups/<id>
  another signup, signed by its provider's SDK (sources: \`npm run send\` lists them)
    ADMIN_TOKEN=${adminToken} STRIPE_WEBHOOK_SECRET=${secrets.get('stripe')} npm run send -- stripe --url ${url.origin}
  with your own keys
    cp .dev.vars.example .dev.vars, fill it in, npm run provision, npm run dev

It keeps running; Ctrl-C ends it.`);
}

progress.start(
  'Starting stand-ins for DataFast, the destinations and a receiver of events, and the Worker',
);
const stage = await openStage(resolve(import.meta.dirname, '..'));
progress.succeed(
  `The Worker runs at ${stage.url.origin}, with stand-ins for DataFast, the destinations and a receiver of events`,
);

const personas = createPersonas(new Date());
progress.start('Sending signed webhooks');
const { sent, ids } = await signUp(stage, personas);
progress.succeed(
  `Sent ${sent} signed webhooks of ${stage.secrets.size} sources; ${ids.length} are signups`,
);
await arrive(stage, ids);
const differences = report(stage, personas);

if (flags.once) {
  await stage.close();
  process.exit(differences === 0 ? 0 : 1);
}
printNextSteps(stage);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await stage.close();
    process.exit(0);
  });
}
