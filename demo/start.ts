// `npm start`: everything at work on this machine. `-- --once` checks the result and ends.
import { resolve } from 'node:path';
import ora from 'ora';
import { newCommand, parseOwn } from '../src/cli/command.ts';
import { arrive } from './arrive.ts';
import { createHistory } from './history.ts';
import { createPersonas } from './personas.ts';
import { report } from './report.ts';
import { signUp } from './sign-up.ts';
import { DEMO_SOURCES, openStage, type Stage } from './stage.ts';

const CRON_MS = 5 * 60_000;

const command = newCommand('start')
  .description('Shows everything at work on this machine, with stand-ins for the services outside.')
  .option('--once', 'checks what arrives, then ends');
parseOwn(command);
const flags = command.opts();

// By default the spinner would swallow Ctrl-C.
const progress = ora({ discardStdin: false });

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
  another signup, signed by its provider's SDK
    ADMIN_TOKEN=${adminToken} STRIPE_WEBHOOK_SECRET=${secrets.get('stripe')} npm run send -- stripe --url ${url.origin}
  with your own keys
    cp .dev.vars.example .dev.vars, fill it in, npm run provision, npm run dev

It keeps running; Ctrl-C ends it.`);
}

progress.start(
  'Starting stand-ins for DataFast, the destinations and a receiver of events, and the Worker',
);
const stage = await openStage(resolve(import.meta.dirname, '..'), DEMO_SOURCES);
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
progress.start('Waiting for the signups to arrive');
const missing = await arrive(stage, ids, (arrived) => {
  progress.text = `${arrived} of ${ids.length} signups have arrived`;
});
if (missing === 0) {
  progress.succeed(
    `${ids.length} signups have arrived, with ${stage.datafast.requests.length} requests to DataFast and ${hubspotRequests(stage)} to HubSpot`,
  );
} else {
  progress.fail(`${missing} of ${ids.length} signups have not arrived`);
  for (const { level, message } of stage.logs()) console.error(`  ${level}: ${message}`);
}
await stage.runCron();
const differences = report(stage, { history, live });

if (flags.once) {
  await stage.close();
  process.exit(differences === 0 ? 0 : 1);
}
printNextSteps(stage);
setInterval(() => void stage.runCron(), CRON_MS);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await stage.close();
    process.exit(0);
  });
}
