// What the ledger shows: schema, cron, dead letters and what waits.
import { faultOf, LEDGER_FAULTS } from '../ledger/faults.ts';
import type { LedgerHealth, ReasonCount, SharedVisitor } from '../ledger/health.ts';
import { CRON_LATE_MS } from '../limits.ts';
import { reason } from '../reasons.ts';
import { HOUR_MS, minuteOf, timeOf } from '../time.ts';
import { findReason } from './all-reasons.ts';
import { type Check, line } from './report.ts';

const MIGRATE = 'Run npx whence-crm setup.';

/** `probe`: writes to the ledger; rejects when it cannot be written. */
export async function checkLedger(
  read: () => Promise<LedgerHealth>,
  nowMs: number,
  probe: () => Promise<void> = async () => undefined,
): Promise<readonly Check[]> {
  let ledger: LedgerHealth;
  try {
    ledger = await read();
  } catch (error) {
    return [faultLine('Cannot be read', error)];
  }
  const cannotWrite = await probe().then(
    () => undefined,
    (error: unknown) => faultLine('Cannot be written', error),
  );
  const { missing, cronAt, waiting, deadLetters, sharedVisitors = [] } = ledger;
  const isLate = (at: string) => nowMs - (timeOf(at) ?? nowMs) > HOUR_MS;
  return [
    missing.length > 0
      ? line('ledger', `Lacks ${missing.join(', ')}`, MIGRATE)
      : (cannotWrite ?? line('ledger', 'Its schema is up to date')),
    cronAt === undefined
      ? line('cron', 'Has not run yet', 'It runs within ten minutes of a deploy.', 'warning')
      : line(
          'cron',
          `Ran at ${minuteOf(cronAt)}`,
          nowMs - (timeOf(cronAt) ?? nowMs) > CRON_LATE_MS
            ? 'Deploy: npx whence-crm setup.'
            : undefined,
        ),
    ...deadLetters.map((letters) =>
      line('dead letters', inWords(letters), 'Fix the reason, then run npx whence-crm replay.'),
    ),
    ...waiting.flatMap((deliveries) => checkWaiting(deliveries, isLate(deliveries.since))),
    ...sharedVisitors.map(sharedLine),
  ];
}

function faultLine(what: string, error: unknown): Check {
  const { says, todo } = LEDGER_FAULTS[faultOf(error) ?? 'refused'];
  return line('ledger', `${what}: ${says}`, todo);
}

const inWords = ({ count, since, reason, isCut }: ReasonCount) =>
  `${count}${isCut ? ' or more' : ''} since ${minuteOf(since)}: ${reason}`;

/** Only a reason that needs the operator is a problem at once. Everything else may take its time. */
function checkWaiting(waiting: ReasonCount, isLate: boolean): readonly Check[] {
  // People have seven days to verify their address, or to give one, and many never do.
  if (waiting.reason === reason('email_unverified').code) return [];
  if (waiting.reason === reason('waiting_for_customer').code) {
    return [line('waiting', `${inWords(waiting)}. Each waits seven days at most`)];
  }
  const entry = findReason(waiting.reason);
  if (entry?.class === 'configuration') {
    const { detail } = waiting;
    const what = detail ? `${inWords(waiting)} (${detail})` : inWords(waiting);
    return [line('waiting', what, entry.todo)];
  }
  const fix = entry?.todo ?? 'They are tried again.';
  return isLate ? [line('waiting', inWords(waiting), fix, 'warning')] : [];
}

const sharedLine = ({ visitorId, people }: SharedVisitor): Check =>
  line(
    'shared visitors',
    `Visitor ${visitorId} has brought ${people} people`,
    'See whether it is a shared computer, a forged cookie, or one cookie that your app sends for everybody.',
    'warning',
  );
