// Tells the operator what is to be told, one request for each, and says which faults then stand.

import { alertEvent, messageIdOf } from './alert-words.ts';
import type { AlertKind, KnownFault, Telling } from './next-alerts.ts';
import { type AlertReceiver, type SendIo, sendAlert } from './send-alert.ts';

export interface Told {
  /** Faults whose state has changed with the telling. */
  changed: readonly KnownFault[];
  /** Names of faults that are over. */
  ended: readonly string[];
  kinds: readonly AlertKind[];
  /** Why the receiver did not accept one. */
  failure: string | undefined;
}

/** A receiver that is away is asked once, and again by the next run. */
const MOST_AT_ONCE = 10;

/** Stops at the first message that the receiver does not accept. */
export async function tell(
  receiver: AlertReceiver,
  io: SendIo,
  tellings: readonly Telling[],
  address: string | undefined,
): Promise<Told> {
  const changed: KnownFault[] = [];
  const ended: string[] = [];
  const kinds: AlertKind[] = [];
  let failure: string | undefined;
  for (const { kind, fault, after } of tellings.slice(0, MOST_AT_ONCE)) {
    const event = alertEvent(kind, fault, io.now(), address);
    failure = await sendAlert(receiver, io, event, messageIdOf(kind, event));
    if (failure !== undefined) break;
    kinds.push(kind);
    if (after) changed.push(after);
    else ended.push(fault.name);
  }
  return { changed, ended, kinds, failure };
}
