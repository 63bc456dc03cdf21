// `npm run send -- <source>`: a realistic, correctly signed webhook to a Worker on this machine or a deployed one,
// followed to its outcome where ADMIN_TOKEN is known.
import { setTimeout as wait } from 'node:timers/promises';
import ora from 'ora';
import { samples } from '../../samples/index.ts';
import type { Sample } from '../../samples/sample.ts';
import type { SignupDetail } from '../api/signup.ts';
import { sources } from '../sources/index.ts';
import { notASource, readArguments, refuse } from './arguments.ts';
import { fail, reasonText, workerUrl } from './command.ts';
import { machineSettings } from './machine-settings.ts';
import { followSignup, newEventId, postSample } from './sample.ts';
import { openWorkerApi, type WorkerApi } from './worker-api.ts';

const COMMAND = {
  name: 'npm run send',
  usage: `usage: npm run send -- <source> [--url https://<your worker>] [--visitor <id>] [--email <address>] [--name <name>] [--test]

  <source>   ${[...samples.keys()].join(', ')}
  --url      the Worker; else WHENCE_URL, which npm run setup writes into .dev.vars, else http://localhost:8787
  --visitor  the visitor ID that the signup brings; without it, it brings none
  --email    of the person; a new address at example.com by default
  --name     of the person; Whence Sample by default
  --test     as the provider's test mode sends it

  The Worker treats the sample as a signup: it makes a contact in the CRM that the Worker writes to. After npm run setup
  that is your real CRM. Delete the contact there afterwards.

  The secret and ADMIN_TOKEN are those of .dev.vars or the environment. Ends with 0, with 1 when something failed, 2 when
  it was called wrongly.`,
  options: {
    url: { type: 'string' },
    visitor: { type: 'string' },
    email: { type: 'string' },
    name: { type: 'string' },
    test: { type: 'boolean' },
  },
  mostArguments: 1,
} as const;

/** Why a sample has no source, and what to try. */
const NO_CHANNEL: Readonly<Partial<Record<string, string>>> = {
  no_visitor_id: 'the sample had no visitor ID, so there is no source; use --visitor <id>',
  not_found:
    'DataFast does not know this visitor; use --visitor <id> with the cookie datafast_visitor_id of a visitor of your site',
  invalid_visitor_id:
    'the visitor ID is not a UUID; use --visitor <id> with the cookie datafast_visitor_id unchanged',
  bot: 'DataFast says that this visitor is a bot; use --visitor <id> of another visitor',
  rejected_by_datafast:
    'DataFast refused the request about this visitor; use --visitor <id> of another visitor',
  shared_visitor:
    'the visitor has brought two other people before; use --visitor <id> of another visitor',
};

const POLL_MS = 500;

const { values, positionals } = readArguments(COMMAND);
const sample = sampleOf(positionals[0]);
const flags = { ...values, url: workerUrl(values.url, COMMAND) };
const settings = machineSettings();
const progress = ora({ discardStdin: false });

const id = await post(sample);
if (id !== undefined) {
  const api = openWorkerApi(flags.url, settings.ADMIN_TOKEN);
  if (typeof api === 'string') console.log(`The delivery cannot be followed: ${api}`);
  else await follow(api, id);
}

function sampleOf(source: string | undefined): Sample {
  if (source === undefined) return refuse(COMMAND, 'The source is missing');
  return samples.get(source) ?? refuse(COMMAND, notASource(source, samples.keys()));
}

function secretOf({ source, proof }: Sample): string {
  if (proof === 'jwt') {
    fail(`Only ${source} has the keys that sign its webhooks: let it send a test event itself.`);
  }
  const secretName = sources.get(source)?.secretName ?? '';
  const [secret] = settings[secretName]?.trim().split(/\s+/) ?? [];
  return secret || fail(`${secretName} is not set. Put it into .dev.vars or the environment.`);
}

/** Sends the webhook; the signup's id when it was accepted. */
async function post(sample: Sample): Promise<string | undefined> {
  const { url, visitor, test = false } = flags;
  const { source } = sample;
  const secret = secretOf(sample);
  const at = new Date();
  const eventId = newEventId();
  const email = flags.email ?? `whence.sample+${eventId.slice(-8)}@example.com`;
  const name = flags.name ?? 'Whence Sample';
  const userId = `user_${eventId.slice(-8)}`;
  const signup = { eventId, email, name, userId, visitorId: visitor, occurredAt: at, test };
  progress.start(`Sending a signed ${source} webhook of ${email} to ${new URL(url).origin}`);
  const posted = await postSample(fetch, { url, sample, secret, signup, at });
  switch (posted.kind) {
    case 'accepted':
      progress.succeed(`${source} was answered: accepted ${posted.id}`);
      return posted.id;
    case 'ignored':
      progress.succeed(`${source} was answered: ignored ${posted.reason}`);
      return undefined;
    case 'refused': {
      const isUnauthorized = posted.status === 401;
      const hint = isUnauthorized ? ` Is ${sources.get(source)?.secretName} the same there?` : '';
      progress.fail(`${source} was answered ${posted.status}. ${posted.detail}${hint}`);
      return process.exit(1);
    }
    case 'unreachable':
      progress.fail(
        `Nothing answers at ${new URL(url).origin}. Is the Worker running? (npm run dev)`,
      );
      return process.exit(1);
  }
}

/** Waits until the signup has ended, or is known to wait. */
async function follow(api: WorkerApi, signupId: string): Promise<void> {
  progress.start('Waiting for it to arrive');
  const found = await followSignup(api, signupId, {
    now: Date.now,
    sleep: (milliseconds) => wait(milliseconds),
    pollMs: POLL_MS,
    onWaiting({ deliveries: [first] }) {
      if (first) progress.text = `Waiting: ${reasonText(first)}`;
    },
  });
  if (found.kind === 'ok') return print(found.answer);
  const isNotThere = found.kind === 'refused' && found.status === 404;
  progress.fail(isNotThere ? 'It is still on the queue, and no delivery began.' : found.message);
  process.exitCode = 1;
}

function print({ status, match, channel, attribution, deliveries }: SignupDetail): void {
  for (const delivery of deliveries) {
    const { destination, status: state } = delivery;
    const line = `${destination}: ${state}${delivery.reason === null ? '' : ` (${reasonText(delivery)})`}`;
    if (state === 'failed') progress.fail(line);
    else if (state === 'waiting') progress.warn(line);
    else progress.succeed(line);
  }
  if (channel === null) {
    console.log(
      `  match ${match ?? '–'}: ${NO_CHANNEL[match ?? ''] ?? 'the visitor has not been looked up yet'}`,
    );
  } else {
    console.log(`  match ${match ?? '–'}, channel ${channel}`);
    for (const evidence of attribution?.evidence ?? []) console.log(`  because ${evidence}`);
  }
  if (status === 'failed') process.exitCode = 1;
}
