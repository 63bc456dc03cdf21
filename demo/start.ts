// `npm start`: everything at work on this machine. `-- --once` checks the result and ends.
import { resolve } from 'node:path';
import ora from 'ora';
import * as z from 'zod';
import { newCommand, parseOwn } from '../src/cli/command.ts';
import { createHistory } from './history.ts';
import { createPersonas } from './personas.ts';
import { report } from './report.ts';
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
  nextCursor: z.string().nullable(),
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
  const expected = new Set(ids);
  const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
  progress.start('Waiting for the signups to arrive');
  for (;;) {
    const items = await readSignups(stage);
    const ended = items.filter(
      ({ id, status, deliveries }) =>
        expected.has(id) &&
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

/** Every page of the list. */
async function readSignups({ url, adminToken }: Stage) {
  const items: z.infer<typeof SignupList>['items'] = [];
  const address = new URL('/api/signups?limit=200', url);
  for (;;) {
    const response = await fetch(address, { headers: { authorization: `Bearer ${adminToken}` } });
    const page = SignupList.parse(await response.json());
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    address.searchParams.set('cursor', page.nextCursor);
  }
}

/** Without the requests of provisioning. */
function hubspotRequests({ hubspot }: Stage): number {
  return hubspot.requests.filter(({ path }) => path.includes('/objects/')).length;
}

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

const now = new Date();
const live = createPersonas(now);
const history = createHistory(now);
progress.start('Sending signed webhooks');
const { sent, ids } = await signUp(stage, [...history, ...live]);
progress.succeed(
  `Sent ${sent} signed webhooks of Stripe, Clerk and an app: ${history.length} people of the last month, and ${live.length} who sign up now`,
);
await arrive(stage, ids);
const differences = report(stage, { history, live });

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
