// Faults on the way to the destinations: what waits for the operator, what waits for too long, what was given up.
import type { AlertFacts, WaitingFact } from '../../ledger/alert-facts.ts';
import { reason } from '../../reasons.ts';
import { HOUR_MS, MINUTE_MS, minuteOf, timeOf } from '../../time.ts';
import { findReason } from '../all-reasons.ts';
import type { Finding } from './finding.ts';

/** Whatever passes by itself has passed by then. */
const LONG_WAIT_MS = HOUR_MS;
const STANDSTILL_MS = 30 * MINUTE_MS;

/** People have seven days to bring their address, or to verify it. */
const MAY_TAKE_DAYS: readonly string[] = [
  reason('email_unverified').code,
  reason('waiting_for_customer').code,
];

/** A wait that a person must end is a fault at once, any other one after an hour. */
export function findDeliveryFaults(
  { waiting, gaveUp, newest }: Pick<AlertFacts, 'waiting' | 'gaveUp' | 'newest'>,
  nowMs: number,
): Finding[] {
  const late = waiting.filter((fact) => !MAY_TAKE_DAYS.includes(fact.reason));
  const forOperator = late.filter((fact) => findReason(fact.reason)?.class === 'configuration');
  const standstill = forOperator.length > 0 ? undefined : findStandstill(late, newest, nowMs);
  const others = late.filter(
    (fact) => !forOperator.includes(fact) && isOld(fact, nowMs, LONG_WAIT_MS),
  );
  return [
    ...forOperator.map(waitingFault),
    ...(standstill ? [standstill] : others.map(waitingFault)),
    ...(gaveUp > 0 ? [gaveUpFault(gaveUp)] : []),
    ...leftOut(newest),
  ];
}

function waitingFault({ reason: code, count, since }: WaitingFact): Finding {
  const entry = findReason(code);
  return {
    check: 'waiting',
    about: code,
    what: `${signups(count)} since ${minuteOf(since)}. ${elsewhere(entry?.says)}`.trim(),
    fix: elsewhere(entry?.todo) || 'Run npx whence-crm doctor.',
    count,
  };
}

/** Nothing has arrived for a while, although something waits. */
function findStandstill(
  late: readonly WaitingFact[],
  newest: AlertFacts['newest'],
  nowMs: number,
): Finding | undefined {
  const waits = late.filter((fact) => isOld(fact, nowMs, STANDSTILL_MS));
  const arrived = newest.map(({ deliveredAt }) => timeOf(deliveredAt) ?? 0);
  const [oldest] = waits.toSorted((a, b) => a.since.localeCompare(b.since));
  if (!oldest || Math.max(0, ...arrived) > nowMs - STANDSTILL_MS) return undefined;
  const count = waits.reduce((sum, fact) => sum + fact.count, 0);
  const entry = findReason(oldest.reason);
  return {
    check: 'nothing_delivered',
    what: `${signups(count)} since ${minuteOf(oldest.since)}, and nothing has arrived for 30 minutes. ${elsewhere(entry?.says)}`.trim(),
    fix: `${elsewhere(entry?.todo)} If it lasts, see the status page of the service.`.trim(),
    count,
  };
}

const gaveUpFault = (count: number): Finding => ({
  check: 'gave_up',
  what: `${count === 1 ? '1 signup' : `${count >= 100 ? 'At least 100' : count} signups`} of the last week did not arrive after many attempts. They are kept.`,
  fix: 'Fix the reason that npx whence-crm doctor names, then run npx whence-crm replay.',
  count,
});

/** The newest arrival counts: an older one says nothing about now. */
function leftOut(newest: AlertFacts['newest']): Finding[] {
  const last = newest.find(({ status }) => status === 'delivered');
  const entry = last?.reason ? findReason(last.reason) : undefined;
  return entry?.class === 'configuration'
    ? [
        {
          check: 'left_out',
          about: last?.reason ?? '',
          what: elsewhere(entry.says),
          fix: elsewhere(entry.todo),
        },
      ]
    : [];
}

/** Words of a reason, where its detail is not beside them: it may quote a service, and stays in the ledger. */
const elsewhere = (words = '') => words.replace(/\b(t)he detail\b/gi, '$1he doctor');

const isOld = ({ since }: WaitingFact, nowMs: number, ms: number) =>
  nowMs - (timeOf(since) ?? nowMs) >= ms;
const signups = (count: number) =>
  count === 1 ? '1 signup waits' : `${count >= 200 ? 'At least 200' : count} signups wait`;
