// Whether the receiver takes what Whence sends, by a request that no receiver acts on.
import { isoOf } from '../../time.ts';
import { ask, type UpstreamAnswer } from '../../upstream/upstream.ts';
import type { Destination, DestinationProblem } from '../destination.ts';
import { requestProblem } from '../request-problem.ts';
import { post, type WebhookClient } from './client.ts';
import { reason } from './reasons.ts';
import { secret, URL_NAME } from './settings.ts';

/** Empty when the receiver answers as it should. */
export async function checkReceiver(
  declared: Pick<Destination, 'name' | 'label' | 'settings' | 'reasons'>,
  client: WebhookClient,
): Promise<readonly DestinationProblem[]> {
  const answer = await probe(client);
  if (answer === undefined || answer.kind === 'ok') return [];
  if (answer.kind === 'refused') {
    // Slack refuses an empty message, which says that the address is right.
    if (client.chat === 'slack' && answer.status === 400) return [];
    return [
      {
        code: 'refused',
        key: URL_NAME,
        problem: `is answered HTTP ${answer.status} by the receiver`,
        fix: 'Make the receiver answer the event “ping” with 2xx, or give another address.',
      },
    ];
  }
  if (answer.wait.reason.code === reason('unauthorized').code) {
    return [
      {
        code: 'unauthorized',
        key: URL_NAME,
        problem: 'leads to a receiver that does not accept the signature',
        fix: `Give the receiver the secret of ${secret.name}.`,
      },
    ];
  }
  return [requestProblem(declared, answer.wait.reason)];
}

/** What a check shows that found nothing: only a receiver of events answers one. */
export function wellOf({ chat }: WebhookClient): string {
  switch (chat) {
    case 'discord':
      return 'Discord knows the address';
    case 'slack':
      return 'Slack accepts the address';
    case 'teams':
      return 'The address is set. Only a message that people see would show whether Teams takes it';
    case undefined:
      return 'The receiver answers as it should';
  }
}

/** `undefined` where nothing can be asked without a message that people see. */
async function probe(client: WebhookClient): Promise<UpstreamAnswer | undefined> {
  const { upstream, url } = client;
  switch (client.chat) {
    case 'discord':
      return ask(upstream, { method: 'GET', url });
    case 'slack':
      return post(client, { id: 'ping', body: '{}' });
    case 'teams':
      return undefined;
    case undefined: {
      const atMs = upstream.now();
      const body = JSON.stringify({ type: 'ping', timestamp: isoOf(atMs), data: {} });
      return post(client, { id: `ping:${atMs}`, body });
    }
  }
}
