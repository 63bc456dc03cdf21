// Sending the events of a batch, a few at a time.
import type { Contact } from '../../model.ts';
import type { Outcome } from '../../outcome.ts';
import { reason as generalReason } from '../../reasons.ts';
import { sendLines } from './chat.ts';
import { post, refusalOf } from './client.ts';
import { toldChannel } from './event.ts';
import { readMemo } from './memo.ts';
import { nextEvent } from './next-event.ts';
import { reason } from './reasons.ts';
import { arrived, LATER, pendingMemo, type Sending, type Webhook } from './sending.ts';

/** A Worker keeps six connections open at once. */
const AT_ONCE = 5;

/** One outcome per contact, in the same order. */
export async function sendEvents(
  webhook: Webhook,
  contacts: readonly Contact[],
): Promise<readonly Outcome[]> {
  const steps = contacts.map((contact) => stepOf(webhook, contact));
  const sending = steps.flatMap((step) => ('pending' in step ? step : []));
  const send = webhook.client.chat ? sendLines : sendEach;
  const outcomes = await send(webhook, sending);
  const byContact = new Map(sending.map(({ contact }, index) => [contact, outcomes[index]]));
  return steps.map((step, index) => {
    if ('status' in step) return step;
    const contact = contacts[index];
    return (contact && byContact.get(contact)) ?? LATER;
  });
}

/** The event that is about to be sent for the first time, for the memo. A chat has lines, which are not sent again. */
export function draftOf(webhook: Webhook, contact: Contact): string | undefined {
  if (webhook.client.chat || readMemo(contact.memo).pending) return undefined;
  const step = stepOf(webhook, contact);
  return 'pending' in step ? pendingMemo(contact, step.pending) : undefined;
}

/** What there is to send, or how it ends without. */
function stepOf({ client, fields, condition }: Webhook, contact: Contact): Sending | Outcome {
  const { told, pending } = readMemo(contact.memo);
  // A line of a chat is not corrected afterwards.
  const isOver = client.chat !== undefined && told?.isEnriched && !contact.waitedFor?.length;
  if (isOver) return { status: 'delivered', written: {} };
  if (!told && !pending && !condition(subjectOf(contact))) {
    return { status: 'skipped', reason: generalReason('left_out_by_condition') };
  }
  const next = nextEvent(contact, fields);
  return next ? { contact, pending: next } : { status: 'delivered', written: {} };
}

function subjectOf(contact: Contact) {
  const { match, visitor, attribution } = contact.latest;
  const held = contact.elsewhere?.held;
  return {
    match,
    channel: toldChannel(contact),
    source: held ? held.source : visitor && attribution.source,
    prediction: visitor?.prediction,
  };
}

async function sendEach(
  { client, fields }: Webhook,
  sending: readonly Sending[],
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < sending.length) {
    const room = Math.min(AT_ONCE, client.requestsLeft());
    const wave = sending.slice(outcomes.length, outcomes.length + room);
    if (wave.length === 0) break;
    const answers = await Promise.all(
      wave.map(async ({ contact, pending }): Promise<Outcome> => {
        const answer = await post(client, pending);
        if (answer.kind === 'ok') return arrived(fields, contact, pending.told);
        return { ...refusalOf(answer), memo: pendingMemo(contact, pending) };
      }),
    );
    outcomes.push(...answers);
    // The others wait too, so that a slow receiver holds a batch up once and not for each event.
    if (answers.some(isSlow)) break;
    if (answers.some((outcome) => outcome.status === 'rejected' && outcome.stops)) break;
  }
  const stopped = outcomes.find(isOff);
  const rest = sending.slice(outcomes.length).map(({ contact, pending }): Outcome => {
    const memo = pendingMemo(contact, pending);
    return stopped ? { ...stopped, memo } : { ...LATER, memo };
  });
  return [...outcomes, ...rest];
}

const isSlow = ({ reason: why }: Outcome) => why?.code === reason('timeout').code;
const isOff = (outcome: Outcome) => outcome.status === 'rejected' && outcome.stops === true;
