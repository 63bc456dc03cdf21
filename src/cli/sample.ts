// A signed sample on its way: posted as the provider would, then followed through the ledger.
import type { Sample, SampleSignup } from '../../samples/sample.ts';
import { Problem } from '../api/problem.ts';
import { SignupDetail } from '../api/signup.ts';
import { WebhookAnswer } from '../api/webhook.ts';
import type { ApiAnswer, WorkerApi } from './worker-api.ts';

export type Posted =
  | { kind: 'accepted'; id: string }
  | { kind: 'ignored'; reason: string }
  | { kind: 'refused'; status: number; detail: string }
  | { kind: 'unreachable' };

export interface SamplePost {
  /** The Worker. */
  url: string;
  sample: Sample;
  secret: string;
  signup: SampleSignup;
  /** The time of the signature. */
  at: Date;
}

export const newEventId = () => `evt_${crypto.randomUUID().replaceAll('-', '')}`;

/** Sends the webhook once. Never throws on what the network does. */
export function postSample(send: typeof fetch, post: SamplePost): Promise<Posted> {
  return postEvent(send, post, post.sample.payload(post.signup), post.signup.eventId);
}

/** Sends the event that completes the signup, such as one with the address. `undefined` where the source has none. */
export async function postCompletion(
  send: typeof fetch,
  post: SamplePost,
): Promise<Posted | undefined> {
  const { sample, signup, at } = post;
  const eventId = newEventId();
  const payload = sample.completion?.(signup, { eventId, at });
  return payload === undefined ? undefined : postEvent(send, post, payload, eventId);
}

async function postEvent(
  send: typeof fetch,
  { url, sample, secret, at }: SamplePost,
  payload: string,
  eventId: string,
): Promise<Posted> {
  const webhook = await sample.sign(payload, { secret, eventId, at });
  let response: Response;
  try {
    response = await send(new URL(`/webhooks/${sample.source}`, url), {
      method: 'POST',
      ...webhook,
    });
  } catch {
    return { kind: 'unreachable' };
  }
  const json: unknown = await response.json().catch(() => undefined);
  const answer = WebhookAnswer.safeParse(json).data;
  if (answer?.status === 'accepted') return { kind: 'accepted', id: answer.id };
  if (answer?.status === 'ignored') return { kind: 'ignored', reason: answer.reason };
  const detail = Problem.safeParse(json).data?.detail ?? '';
  return { kind: 'refused', status: response.status, detail };
}

/** A signup waits for an unknown visitor for minutes. Everything else arrives in a few seconds, or waits for a reason. */
const FOLLOW_MS = 60_000;

/** Asks the ledger until the signup has ended, or for a minute. Returns the last answer. */
export async function followSignup(
  api: WorkerApi,
  id: string,
  io: {
    now(): number;
    sleep(milliseconds: number): Promise<void>;
    pollMs: number;
    onWaiting?(signup: SignupDetail): void;
  },
): Promise<ApiAnswer<SignupDetail>> {
  const deadlineMs = io.now() + FOLLOW_MS;
  for (;;) {
    const found = await api.call(SignupDetail, 'GET', `/api/signups/${encodeURIComponent(id)}`);
    if (found.kind === 'refused' && found.status === 401) return found;
    if (found.kind === 'ok' && found.answer.status !== 'waiting') return found;
    if (io.now() > deadlineMs) return found;
    if (found.kind === 'ok') io.onWaiting?.(found.answer);
    await io.sleep(io.pollMs);
  }
}
