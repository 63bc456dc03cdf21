// An alert in words: as a signed event, and as a message to a chat.

import { isoOf, minuteOf } from '../../time.ts';
import type { ChatMessage } from '../../upstream/chat.ts';
import type { Finding } from './finding.ts';
import type { AlertKind, KnownFault } from './next-alerts.ts';

/** What a receiver gets. Counts, reasons and times; never anything about a person. */
export interface AlertEvent {
  type: 'alert.raised' | 'alert.resolved';
  /** ISO 8601 */
  timestamp: string;
  data: {
    /** The same for the alert, its reminders and its all-clear. */
    id: string;
    check: Finding['check'] | 'test';
    /** Which source or which reason; `null` where there is only one. */
    about: string | null;
    title: string;
    what: string;
    fix: string;
    count: number | null;
    since: string;
    /** Whether it was told before. */
    reminder: boolean;
    /** The doctor of this Worker; `null` while its address is not known. */
    url: string | null;
  };
}

const TITLES: Readonly<Record<Finding['check'], string>> = {
  settings: 'A setting is missing or wrong',
  waiting: 'Signups wait',
  nothing_delivered: 'Nothing is delivered',
  queue: 'The queue stands still',
  gave_up: 'Whence gave up on signups',
  left_out: 'Fields are left out',
  refused: 'Webhooks are refused',
  unusable: 'Events are of no use',
  silent: 'A source is silent',
  match_rate: 'Fewer signups have a source',
  visitor_unknown: 'DataFast does not know the visitors',
  ledger: 'The ledger does not work',
  ledger_full: 'The ledger is nearly full',
  daily_limit: 'A daily limit is near',
  cron: 'Cron has not run',
};

export const titleOf = ({ check, about }: Pick<Finding, 'check' | 'about'>): string =>
  about === undefined ? TITLES[check] : `${TITLES[check]}: ${about}`;

/** `address`: of this Worker, where it is known. */
export function alertEvent(
  kind: AlertKind,
  { name, since, finding }: Pick<KnownFault, 'name' | 'since' | 'finding'>,
  nowMs: number,
  address: string | undefined,
): AlertEvent {
  const { check, about, what, fix, count } = finding;
  return {
    type: kind === 'resolved' ? 'alert.resolved' : 'alert.raised',
    timestamp: isoOf(nowMs),
    data: {
      id: idOf(name, since),
      check,
      about: about ?? null,
      title: titleOf(finding),
      what,
      fix,
      count: count ?? null,
      since,
      reminder: kind === 'reminder',
      url: address === undefined ? null : `${address}/doctor`,
    },
  };
}

/** Without a dot, as Standard Webhooks wants it. */
const idOf = (name: string, since: string) =>
  `alert_${name.replace(/[^a-z0-9_]/gi, '-')}_${Date.parse(since)}`;

/** A receiver that sees the same ID again has got the same message again. */
export const messageIdOf = (kind: AlertKind, { data, timestamp }: AlertEvent): string =>
  kind === 'reminder' ? `${data.id}_${timestamp.slice(0, 10)}` : `${data.id}_${kind}`;

/** The same alert for a chat. */
export function chatMessage({ type, data }: AlertEvent): ChatMessage {
  const { title, what, fix, since, reminder, url } = data;
  const isOver = type === 'alert.resolved';
  const mark = isOver ? '✅ Over' : reminder ? '🔴 Still' : '🔴';
  const from = minuteOf(since);
  return {
    title: `${mark} Whence: ${title}`,
    lines: isOver ? [`It lasted since ${from}.`, `It was: ${what}`] : [what, fix, `Since ${from}.`],
    ...(url && { link: { url, label: 'Open the doctor' } }),
  };
}
