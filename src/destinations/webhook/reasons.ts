// Why an event did not arrive at the receiver.
import { type ReasonTable, reasonsOf } from '../../reasons.ts';
import { standardReasons } from '../../upstream/reasons.ts';
import { secret, URL_NAME } from './settings.ts';

/** Stands in the ledger, and before each of these codes. */
export const NAME = 'webhook';
/** The story page has a card of the webhook that came in as well. */
export const LABEL = 'Outgoing webhook';

const standard = standardReasons('The receiver', secret.name);

export const reasons = {
  ...standard,
  unauthorized: {
    ...standard.unauthorized,
    says: 'The receiver does not accept the signature.',
    todo: `Give the receiver the secret of ${secret.name}, or set ${secret.name} to the one that it has. What waits goes on within ten minutes.`,
  },
  forbidden: {
    ...standard.forbidden,
    says: 'The receiver does not let the event in.',
    todo: `Check ${URL_NAME}, the secret of ${secret.name}, and what stands before the receiver. What waits goes on within ten minutes.`,
  },
  request_refused: {
    ...standard.request_refused,
    says: 'The receiver does not answer as a receiver does. The detail says with which status. Redirects are not followed.',
    todo: `Set ${URL_NAME} to the address that takes the events itself. What waits goes on within ten minutes.`,
  },
  event_refused: {
    class: 'permanent',
    says: 'The receiver refuses the event. The detail says with which status.',
    todo: 'Fix the receiver, then replay the signup: the event comes with the same ID and the same body.',
  },
  nothing_to_erase: {
    class: 'permanent',
    says: 'The receiver was told of nobody, or is a chat, which keeps its lines.',
    todo: 'Delete the lines in the chat yourself.',
  },
  gone: {
    class: 'permanent',
    says: 'The receiver answered 410, which means that it wants no more events. The webhook is off.',
    todo: `Set ${URL_NAME} to another address, or switch the webhook on again on the dashboard. Then replay the signup.`,
  },
} as const satisfies ReasonTable;

/** A reason of the webhook. */
export const reason = reasonsOf(reasons, NAME);
