// Slack, Discord and Teams: one readable line per signup. Those of a batch share a message.
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { type ChatLine, chatBody, linesThatFit } from '../../upstream/chat.ts';
import type { Field } from '../field.ts';
import { plainText } from '../format.ts';
import { post, refusalOf, type WebhookClient } from './client.ts';
import { signupEvent } from './event.ts';
import { reason } from './reasons.ts';
import { arrived, LATER, pendingMemo, type Sending, type Webhook } from './sending.ts';

/** Every chat takes one message a second. https://docs.slack.dev/apis/web-api/rate-limits */
const PAUSE_MS = 1_000;
const MAX_PART_LENGTH = 60;

/** As many messages as may be sent now, which is one. The other lines wait for their second. */
export async function sendLines(
  { client, fields }: Webhook,
  sending: readonly Sending[],
): Promise<readonly Outcome[]> {
  if (sending.length === 0 || !client.chat || client.requestsLeft() <= 0) {
    return sending.map(({ contact, pending }) => ({
      ...LATER,
      memo: pendingMemo(contact, pending),
    }));
  }
  const lines = sending.map(({ contact }) => lineOf(contact, fields));
  const taken = linesThatFit(client.chat, lines);
  const body = chatBody(client.chat, { lines: lines.slice(0, taken) });
  const [first] = sending;
  const answer = await post(client, { id: first?.pending.id ?? '', body });
  if (answer.kind === 'ok') pause(client);
  return sending.map(({ contact, pending }, index): Outcome => {
    const memo = pendingMemo(contact, pending);
    if (answer.kind === 'ok') {
      return index < taken ? arrived(fields, contact, pending.told) : { ...LATER, memo };
    }
    const refusal = refusalOf(answer);
    // What was not in the message is not refused.
    return { ...(refusal.status === 'rejected' && index >= taken ? LATER : refusal), memo };
  });
}

function pause({ upstream: { state, now } }: WebhookClient): void {
  state.pause = { untilMs: now() + PAUSE_MS, reason: reason('rate_limited') };
}

/** `Paid Search · Google · brand-eu · score 81 · via stripe`, with who it is where that may leave. */
export function lineOf(contact: Contact, fields: readonly Field[]): ChatLine {
  const { data } = signupEvent('signup.enriched', contact, fields);
  const said = (property: string) => {
    const value = data.fields[property];
    return value === undefined ? undefined : plainText(value, MAX_PART_LENGTH);
  };
  const score = data.fields.datafast_lead_score;
  const parts = [
    data.outcome === 'failed' && 'Not delivered',
    said('name'),
    said('email'),
    said('user_id'),
    said('datafast_channel') ?? WITHOUT_VISITOR[data.match] ?? 'No visitor',
    said('datafast_source'),
    said('datafast_campaign'),
    typeof score === 'number' && `score ${Math.round(score)}`,
    `via ${data.source}`,
    data.test && 'test',
  ];
  return {
    text: parts.filter((part) => typeof part === 'string').join(' · '),
    link: data.links.story ? { url: data.links.story, label: 'story' } : undefined,
  };
}

/** Why there is no channel, in few words. */
const WITHOUT_VISITOR: Readonly<Record<string, string>> = {
  matched: 'Signup',
  no_visitor_id: 'No visitor ID',
  not_found: 'Unknown visitor',
  bot: 'Bot',
  shared_visitor: 'Shared visitor',
};
