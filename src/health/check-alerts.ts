// The doctor's lines about alerts: whether anybody is told, and the faults that no other line shows.
import type { Heartbeat } from '../ledger/heartbeats.ts';
import type { OpenAlert } from './alerts/open-alerts.ts';
import { type Check, line } from './report.ts';

export interface AlertState {
  alerts: readonly OpenAlert[];
  /** How the last sending went. */
  sending: Heartbeat | undefined;
}

/** Every other fault has a line of its own. */
const SHOWN_HERE: readonly OpenAlert['check'][] = [
  'nothing_delivered',
  'left_out',
  'silent',
  'match_rate',
  'visitor_unknown',
  'ledger_full',
  'daily_limit',
  'queue',
];

/** `isSet`: whether ALERT_URL is set. */
export function checkAlerts(isSet: boolean, { alerts, sending }: AlertState): Check[] {
  const faults = alerts
    .filter(({ check }) => SHOWN_HERE.includes(check))
    .map(({ title, what, fix }) => line('faults', `${title}. ${what}`, fix));
  return [...faults, isSet ? sendingLine(sending) : line(NAME, NOBODY, SET, 'warning')];
}

const NAME = 'alerts';
const NOBODY = 'Nobody is told when something breaks';
const SET = 'Set ALERT_URL to the incoming webhook of a chat, or to an address of yours.';

function sendingLine(sending: Heartbeat | undefined): Check {
  if (!sending) return line(NAME, 'ALERT_URL is set, and nothing had to be told yet');
  return sending.detail === 'sent'
    ? line(NAME, `The last one was accepted at ${sending.at}`)
    : line(
        NAME,
        `The receiver has not accepted an alert since ${sending.at}: ${sending.detail}`,
        'Set ALERT_URL to an address that works, then run npx whence-crm alert --test.',
      );
}
