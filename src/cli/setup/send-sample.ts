// The first delivery: a signed sample to the deployed Worker, followed until it has arrived.
import * as z from 'zod';
import { sources } from '../../sources/index.ts';
import type { Failure } from '../failure.ts';

export interface Patience {
  fetch: typeof fetch;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export interface Arrived {
  email: string;
  /** Where. */
  arrived: string;
}

/** The same person every time: one contact in the CRM, however often setup runs. */
const SAMPLE_EMAIL = 'whence.sample@example.com';
/** A new Worker and its secrets take some seconds to be everywhere. */
const ACCEPT_MS = 60_000;
/** Five seconds are usual; whatever waits longer waits for a reason. */
const ARRIVE_MS = 60_000;
const POLL_MS = 1_000;

const Accepted = z.object({ status: z.literal('accepted'), id: z.string() });
const Row = z.object({
  status: z.string(),
  deliveries: z.array(
    z.object({ destination: z.string(), status: z.string(), reason: z.string().nullable() }),
  ),
});

export async function sendSample(
  patience: Patience,
  to: { url: string; source: string; secret: string; adminToken: string },
): Promise<Arrived | Failure> {
  const id = await post(patience, to);
  return typeof id === 'string' ? follow(patience, to, id) : id;
}

async function post(
  { fetch, now, sleep }: Patience,
  { url, source, secret }: { url: string; source: string; secret: string },
): Promise<string | Failure> {
  // Providers' SDKs take a second to load, and only this step needs them.
  const { samples } = await import('../../../samples/index.ts');
  const sample = samples.get(source);
  const secretName = sources.get(source)?.secretName;
  if (!sample || sample.proof === 'jwt') {
    return {
      problem: `There is no sample of ${source} to send`,
      fix: 'Only its provider can sign one: let it send a test event, or use --sample signup.',
    };
  }
  const eventId = `evt_${crypto.randomUUID().replaceAll('-', '')}`;
  const deadline = now() + ACCEPT_MS;
  for (;;) {
    const at = new Date(now());
    const person = { email: SAMPLE_EMAIL, name: 'Whence Sample', userId: 'whence_sample' };
    const body = sample.payload({ eventId, ...person, occurredAt: at });
    const webhook = await sample.sign(body, { secret, eventId, at });
    const response = await fetch(new URL(`/webhooks/${source}`, url), {
      method: 'POST',
      ...webhook,
    }).catch(() => undefined);
    const answer = await response?.json().catch(() => undefined);
    const accepted = Accepted.safeParse(answer).data;
    if (accepted) return accepted.id;
    const mayPass = !response || [401, 404].includes(response.status) || response.status >= 500;
    if (!mayPass || now() > deadline) {
      return response
        ? {
            problem: `The sample was answered ${response.status}`,
            fix: `Is ${secretName} here the same as on the Worker? npm run setup -- --rotate ${secretName}`,
          }
        : { problem: `Nothing answers at ${url}`, fix: 'Try again in a minute.' };
    }
    await sleep(POLL_MS);
  }
}

async function follow(
  { fetch, now, sleep }: Patience,
  { url, adminToken }: { url: string; adminToken: string },
  id: string,
): Promise<Arrived | Failure> {
  const address = new URL(`/api/signups/${encodeURIComponent(id)}`, url);
  const deadline = now() + ARRIVE_MS;
  for (;;) {
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${adminToken}` },
    }).catch(() => undefined);
    const row = Row.safeParse(await response?.json().catch(() => undefined)).data;
    const [delivery] = row?.deliveries ?? [];
    if (row?.status === 'delivered') {
      return { email: SAMPLE_EMAIL, arrived: delivery?.destination ?? 'the CRM' };
    }
    if (row && row.status !== 'waiting') {
      const problem = `The sample ended as ${row.status}: ${delivery?.reason ?? 'no reason'}`;
      return { problem, fix: 'Mend what it says, then run this again.' };
    }
    if (now() > deadline) {
      const status = response?.status ?? 'nothing';
      return {
        problem: row
          ? `The sample waits: ${delivery?.reason ?? 'no reason'}`
          : `The sample is on the queue, and the ledger knows nothing of it (${status})`,
        fix: 'Mend what it says; it goes on by itself. npm run doctor says more.',
      };
    }
    await sleep(POLL_MS);
  }
}
