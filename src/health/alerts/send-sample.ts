// A sample to the receiver of alerts, so that the operator sees that it arrives.
import type { Config } from '../../settings/config.ts';
import { isoOf } from '../../time.ts';
import { type ChatService, chatServiceOf } from '../../upstream/chat.ts';
import type { AlertEvent } from './alert-words.ts';
import { type SendIo, sendAlert } from './send-alert.ts';

export interface Sample {
  sent: boolean;
  to: ChatService | 'webhook' | null;
  problem: string | null;
}

/** `address`: of this Worker. */
export async function sendSample(
  { config, ...io }: SendIo & { config: Pick<Config, 'alerts'> },
  address: string,
): Promise<Sample> {
  const { alerts } = config;
  if (!alerts) return { sent: false, to: null, problem: 'ALERT_URL is not set, or is not valid.' };
  const at = isoOf(io.now());
  const event: AlertEvent = {
    type: 'alert.raised',
    timestamp: at,
    data: {
      id: `alert_test_${io.now()}`,
      check: 'test',
      about: null,
      title: 'This is a test',
      what: 'Nothing is broken. An alert of Whence looks like this.',
      fix: 'Nothing to do.',
      count: null,
      since: at,
      reminder: false,
      url: `${address}/doctor`,
    },
  };
  const failure = await sendAlert(alerts, io, event, event.data.id);
  return {
    sent: failure === undefined,
    to: chatServiceOf(alerts.url) ?? 'webhook',
    problem: failure === undefined ? null : `The receiver did not accept it: ${failure}.`,
  };
}
