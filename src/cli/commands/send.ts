// `whence send <source>`: a realistic, correctly signed webhook to a Worker on this machine or a deployed one, followed to
// its outcome where ADMIN_TOKEN is known.
import { setTimeout as wait } from 'node:timers/promises';
import ora, { type Ora } from 'ora';
import type { Sample } from '../../../samples/sample.ts';
import type { SignupDetail } from '../../api/signup.ts';
import { sources } from '../../sources/index.ts';
import {
  examples,
  exitCodes,
  fail,
  filled,
  jsonOption,
  newCommand,
  oneOf,
  refuse,
} from '../command.ts';
import { reasonText } from '../reason-text.ts';
import { followSignup, newEventId, postCompletion, postSample } from '../sample.ts';
import { nameOption, openWorker, urlOption, type Worker } from '../worker.ts';
import { openWorkerApi, type WorkerApi } from '../worker-api.ts';

const ABOUT = `Sends a signed sample as the provider would, with the event that completes a signup where the source has one, and follows it. The secret and ADMIN_TOKEN are those of this machine.

The Worker treats the sample as a signup: it makes a contact in the CRM that the Worker writes to. Of a deployed Worker that is your real CRM. Delete the contact there afterwards.`;

/** The command, ready to be parsed. */
export function sendCommand() {
  const names = [...sources.keys()];
  return newCommand('send')
    .summary('sends a signed sample signup, and follows it')
    .description(ABOUT)
    .argument('<source>', names.join(', '), oneOf(names))
    .option(
      '--visitor <id>',
      'the visitor ID that the signup brings; without it, it brings none',
      filled,
    )
    .option('--email <address>', 'of the person; a new address at example.com by default', filled)
    .option('--person-name <name>', 'of the person; Whence Sample by default', filled)
    .option('--test', 'as the test mode of the provider sends it')
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('send', ['stripe'], ['clerk', '--visitor', '<visitor ID>']),
        exitCodes('when it has arrived, waits or was ignored', 'when something failed'),
      ].join('\n'),
    )
    .action(async (source, { json = false, ...flags }, command) => {
      // The SDKs of the providers take a second to load.
      const { samples } = await import('../../../samples/index.ts');
      const sample = samples.get(source) ?? refuse(command, `There is no sample of ${source}.`);
      const worker = openWorker(command, flags);
      const progress = ora({ discardStdin: false });
      const id = await post(sample, worker, flags, progress);
      if (id === undefined) {
        if (json) console.log(JSON.stringify({ status: 'ignored' }));
        return;
      }
      const api = openWorkerApi(worker.url, worker.settings.ADMIN_TOKEN, worker.file);
      if (typeof api === 'string') {
        console.log(json ? JSON.stringify({ id }) : `The delivery cannot be followed: ${api}`);
        return;
      }
      const signup = await follow(api, id, progress);
      if (signup === undefined) return;
      if (json) console.log(JSON.stringify(signup));
      else print(signup, progress);
      if (signup.status === 'failed') process.exitCode = 1;
    });
}

interface Person {
  visitor?: string;
  email?: string;
  personName?: string;
  test?: boolean;
}

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

function secretOf({ source, proof }: Sample, { settings, file }: Worker): string {
  if (proof === 'jwt') {
    fail(`Only ${source} has the keys that sign its webhooks: let it send a test event itself.`);
  }
  const secretName = sources.get(source)?.secretName ?? '';
  const [secret] = settings[secretName]?.trim().split(/\s+/) ?? [];
  return secret || fail(`${secretName} is not set. Put it into the environment or into ${file}.`);
}

/** Sends the webhook; the signup's id when it was accepted. */
async function post(
  sample: Sample,
  worker: Worker,
  { visitor, test = false, ...person }: Person,
  progress: Ora,
): Promise<string | undefined> {
  const { url } = worker;
  const { source } = sample;
  const secret = secretOf(sample, worker);
  const at = new Date();
  const eventId = newEventId();
  const email = person.email ?? `whence.sample+${eventId.slice(-8)}@example.com`;
  const name = person.personName ?? 'Whence Sample';
  const userId = `user_${eventId.slice(-8)}`;
  const signup = { eventId, email, name, userId, visitorId: visitor, occurredAt: at, test };
  progress.start(`Sending a signed ${source} webhook of ${email} to ${new URL(url).origin}`);
  const sent = { url, sample, secret, signup, at };
  const posted = await postSample(fetch, sent);
  switch (posted.kind) {
    case 'accepted': {
      progress.succeed(`${source} was answered: accepted ${posted.id}`);
      const completed = await postCompletion(fetch, sent);
      if (completed?.kind === 'accepted') {
        progress.succeed(`and to the event that completes a signup: accepted ${completed.id}`);
      } else if (completed) progress.warn('The event that completes a signup was not accepted.');
      return posted.id;
    }
    case 'ignored':
      progress.succeed(`${source} was answered: ignored ${posted.reason}`);
      return undefined;
    case 'refused': {
      const isUnauthorized = posted.status === 401;
      const hint = isUnauthorized ? `Is ${sources.get(source)?.secretName} the same there?` : '';
      const words = [`${source} was answered ${posted.status}.`, posted.detail, hint];
      progress.fail(words.filter((some) => some !== '').join(' '));
      return process.exit(1);
    }
    case 'unreachable':
      progress.fail(`Nothing answers at ${new URL(url).origin}. Is the Worker running?`);
      return process.exit(1);
  }
}

/** Waits until the signup has ended, or is known to wait. */
async function follow(
  api: WorkerApi,
  signupId: string,
  progress: Ora,
): Promise<SignupDetail | undefined> {
  progress.start('Waiting for it to arrive');
  const found = await followSignup(api, signupId, {
    now: Date.now,
    sleep: (milliseconds) => wait(milliseconds),
    pollMs: POLL_MS,
    onWaiting({ deliveries: [first] }) {
      if (first) progress.text = `Waiting: ${reasonText(first)}`;
    },
  });
  if (found.kind === 'ok') return found.answer;
  const isNotThere = found.kind === 'refused' && found.status === 404;
  progress.fail(isNotThere ? 'It is still on the queue, and no delivery began.' : found.message);
  process.exitCode = 1;
  return undefined;
}

function print({ match, channel, attribution, deliveries }: SignupDetail, progress: Ora): void {
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
}
