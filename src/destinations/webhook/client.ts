// The receiver as an upstream: one signed request for each event, and what its answer means.
import type { Rejected, Waiting } from '../../outcome.ts';
import type { SettingValues } from '../../settings/setting.ts';
import { signWebhook } from '../../upstream/sign-webhook.ts';
import { ask, type UpstreamAnswer, type UpstreamOptions } from '../../upstream/upstream.ts';
import type { DestinationIo } from '../destination.ts';
import { reason } from './reasons.ts';
import { type Receiver, receiverOf } from './settings.ts';

export interface WebhookClient extends Receiver {
  upstream: UpstreamOptions;
  requestsLeft(): number;
}

/** A receiver answers first and works afterwards. Signups wait behind a batch that waits for it. */
const TIMEOUT_MS = 5_000;
const GONE = 410;
/** They speak about the key and not about the event, or pass by themselves. */
const NOT_OF_THE_EVENT = [401, 403, 408, 423, 425, 429];
/** A chat has no event to refuse here: the address itself is gone. */
const NOT_OF_THE_MESSAGE = [...NOT_OF_THE_EVENT, 404, 405];

/** Requests that share the limits of one receiver. */
export function webhookClient(values: SettingValues, io: DestinationIo): WebhookClient {
  const receiver = receiverOf(values);
  const others = receiver.chat ? NOT_OF_THE_MESSAGE : NOT_OF_THE_EVENT;
  return {
    ...receiver,
    requestsLeft: io.requestsLeft,
    upstream: {
      fetch: io.fetch,
      now: io.now,
      state: io.state,
      reason,
      timeoutMs: TIMEOUT_MS,
      ignoresBodies: true,
      recordStatuses: Array.from({ length: 100 }, (_, index) => 400 + index).filter(
        (status) => !others.includes(status),
      ),
    },
  };
}

/** Posts a body that is signed when there are secrets. */
export async function post(
  { upstream, url, secrets }: WebhookClient,
  { id, body }: { id: string; body: string },
): Promise<UpstreamAnswer> {
  const headers = await signWebhook(secrets, { id, atMs: upstream.now(), body });
  return ask(upstream, { method: 'POST', url, headers, body, subject: id });
}

/** What an answer other than 2xx means for what was sent. */
export function refusalOf(answer: Exclude<UpstreamAnswer, { kind: 'ok' }>): Waiting | Rejected {
  if (answer.kind === 'unavailable') return answer.wait;
  return answer.status === GONE
    ? { status: 'rejected', reason: reason('gone'), stops: true }
    : { status: 'rejected', reason: reason('event_refused', `HTTP ${answer.status}`) };
}
