// The first delivery: a signed sample to the deployed Worker, followed until it has arrived.
import type { SignupDetail } from '../../api/signup.ts';
import { SAMPLE_EMAIL } from '../../identifiers.ts';
import type { Failure } from '../failure.ts';
import { commandLine } from '../invocation.ts';
import { reasonText } from '../reason-text.ts';
import type { Registry } from '../registry.ts';
import { followSignup, newEventId, type Posted, postCompletion, postSample } from '../sample.ts';
import { openWorkerApi } from '../worker-api.ts';
import type { SetupDependencies } from './dependencies.ts';

type Io = Pick<SetupDependencies, 'fetch' | 'now' | 'sleep' | 'registry'>;

export interface Arrived {
  email: string;
  /** The destinations, as people write them. */
  arrived: readonly string[];
}

export interface SampleTarget {
  url: string;
  source: string;
  secret: string;
  adminToken: string;
  /** Where the settings of the deployment stand. */
  file: string;
}

/** The same person every time: one contact at each destination, however often setup runs. */
const PERSON = {
  email: SAMPLE_EMAIL,
  name: 'Whence Sample',
  userId: 'whence_sample',
};
/** A new Worker and its secrets take some seconds to be everywhere. */
const ACCEPT_MS = 60_000;
const POLL_MS = 1_000;

/** Where it has arrived. A sample that waits is a failure too, which says what to do. */
export async function sendSample(io: Io, target: SampleTarget): Promise<Arrived | Failure> {
  const id = await post(io, target);
  return typeof id === 'string' ? follow(io, target, id) : id;
}

/** Repeats it while the Worker is not there yet. The id of the signup when it is accepted. */
async function post(io: Io, { url, source, secret }: SampleTarget): Promise<string | Failure> {
  // The providers' SDKs take a second to load, and only this step needs them.
  const { samples } = await import('../../../samples/index.ts');
  const sample = samples.get(source);
  if (!sample || sample.proof === 'jwt') {
    return {
      problem: `There is no sample of ${source} to send`,
      fix: 'Only its provider can sign one: let it send a test event, or use --sample signup.',
    };
  }
  const eventId = newEventId();
  const deadlineMs = io.now() + ACCEPT_MS;
  for (;;) {
    const at = new Date(io.now());
    const signup = { eventId, ...PERSON, occurredAt: at };
    const sent = { url, sample, secret, signup, at };
    const posted = await postSample(io.fetch, sent);
    if (posted.kind === 'accepted') {
      // Some sources say who it is only with another event.
      await postCompletion(io.fetch, sent);
      return posted.id;
    }
    if (!passes(posted) || io.now() > deadlineMs)
      return failureOf(io.registry, posted, source, url);
    await io.sleep(POLL_MS);
  }
}

function passes(posted: Posted): boolean {
  if (posted.kind === 'refused') return [401, 404].includes(posted.status) || posted.status >= 500;
  return posted.kind === 'unreachable';
}

function failureOf(
  { sources }: Registry,
  posted: Exclude<Posted, { kind: 'accepted' }>,
  source: string,
  url: string,
): Failure {
  if (posted.kind === 'unreachable') {
    return { problem: `Nothing answers at ${url}`, fix: 'Try again in a minute.' };
  }
  const secretName = sources.find(({ name }) => name === source)?.secretName;
  return {
    problem: `The sample was answered ${posted.kind === 'refused' ? posted.status : posted.reason}`,
    fix: `Is ${secretName} here the same as on the Worker? ${commandLine('setup', '--rotate', secretName ?? '')}`,
  };
}

async function follow(
  { fetch, now, sleep, registry }: Io,
  { url, adminToken, file }: SampleTarget,
  id: string,
): Promise<Arrived | Failure> {
  const api = openWorkerApi(url, adminToken, file, fetch);
  if (typeof api === 'string') return { problem: api, fix: 'Fix it, then run this again.' };
  const found = await followSignup(api, id, { now, sleep, pollMs: POLL_MS });
  if (found.kind === 'ok') return outcomeOf(found.answer, registry);
  return {
    problem: `The sample is on the queue, and the ledger does not have it: ${found.message}`,
    fix: `${commandLine('doctor')} says more.`,
  };
}

function outcomeOf({ status, deliveries }: SignupDetail, registry: Registry): Arrived | Failure {
  if (status === 'delivered') {
    const arrived = deliveries.map(({ destination }) => labelOf(registry, destination));
    return { email: PERSON.email, arrived };
  }
  const open = deliveries.find((delivery) => delivery.status !== 'delivered');
  const where = open ? `${labelOf(registry, open.destination)}: ${reasonText(open)}` : 'no reason';
  return status === 'waiting'
    ? {
        problem: `The sample waits: ${where}`,
        fix: `Fix what it says; it continues by itself. ${commandLine('doctor')} says more.`,
      }
    : {
        problem: `The sample ended as ${status}: ${where}`,
        fix: 'Fix what it says, then run this again.',
      };
}

function labelOf({ destinations }: Registry, name: string): string {
  return destinations.find((destination) => destination.name === name)?.label ?? name;
}
