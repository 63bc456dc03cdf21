// Sends the weekly digest, where it is wanted and due. A receiver that is away gets it from a later run of the same Monday.
import { digestEvent, digestMessage, dueWeek } from '../health/alerts/digest.ts';
import { openAlerts } from '../health/alerts/open-alerts.ts';
import { type AlertReceiver, type SendIo, sendMessage } from '../health/alerts/send-alert.ts';
import { readAlerts } from '../ledger/alerts.ts';
import type { LedgerDatabase } from '../ledger/database.ts';
import { readDigest } from '../ledger/digest.ts';
import { readHeartbeats, writeHeartbeat } from '../ledger/heartbeats.ts';
import { isoOf } from '../time.ts';

export interface DigestDependencies extends SendIo {
  ledger: LedgerDatabase;
  receiver: (AlertReceiver & { isWeekly?: boolean }) | undefined;
}

const NAME = 'digest';

/** Throws when the ledger cannot be read or written. */
export async function sendDigest(dependencies: DigestDependencies): Promise<void> {
  const { ledger, receiver, now } = dependencies;
  const nowMs = now();
  // On every other day it costs nothing.
  if (!receiver?.isWeekly || !dueWeek(undefined, nowMs)) return;
  const heartbeats = await readHeartbeats(ledger);
  const week = dueWeek(heartbeats.get(NAME)?.detail ?? undefined, nowMs);
  if (!week) return;
  const rows = await readDigest(ledger, week.before, week.from, week.until);
  const broken = openAlerts(await readAlerts(ledger)).map(({ title }) => title);
  const address = heartbeats.get('address')?.detail ?? undefined;
  const { from, until } = week;
  const event = digestEvent(rows, { from, until }, broken, nowMs, address);
  const failure = await sendMessage(receiver, dependencies, {
    id: `digest_${until}`,
    event,
    chat: digestMessage(event),
  });
  if (failure === undefined) await writeHeartbeat(ledger, NAME, isoOf(nowMs), until);
}
