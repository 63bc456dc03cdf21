// A ledger in which one run of cron finds all that it may do at once: signups that wait and are due, refreshes, days to
// count, rows past their time, and more faults than a run tells.
import { sources } from '../../src/sources/index.ts';

const WAITS = 400;
const REFRESHES = 300;
const A_DAY = 200;
const DAYS = 7;
const OLD = 600;
const DAY_S = 86_400;

/** SQL statements, without values to bind. */
export function busyLedger(nowMs: number): readonly string[] {
  const now = Math.floor(nowMs / 1000);
  return [
    ...rows('old', OLD, `${now - 100 * DAY_S} + n.i`),
    ...rows(
      'recent',
      A_DAY * DAYS,
      `${now - 3_600} - n.i * ${Math.floor((DAYS * DAY_S) / (A_DAY * DAYS))}`,
    ),
    ...rows('due', WAITS, `${now - 7_200} - n.i`, 'waiting'),
    `UPDATE signups SET refresh_from = ${iso(`${now - 4_000}`)} WHERE id IN
       (SELECT id FROM signups WHERE id GLOB 'recent:*' LIMIT ${REFRESHES})`,
    ...[...sources.keys()].slice(0, 12).map(
      (source) =>
        `INSERT INTO source_counts (day, source, kind, reason, count, run, first_at, last_at)
         VALUES (substr(${iso(`${now}`)}, 1, 10), '${source}', 'refused', 'signature_mismatch', 9, 9,
                 ${iso(`${now - 600}`)}, ${iso(`${now}`)})`,
    ),
  ];
}

/** Nobody was told yet. */
export const UNTOLD = 'UPDATE alerts SET raised_at = NULL, runs = 1';

const iso = (seconds: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${seconds}, 'unixepoch')`;

function rows(name: string, count: number, at: string, status = 'delivered'): string[] {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})`;
  const id = `'${name}:' || n.i`;
  return [
    `${numbers} INSERT INTO signups (id, source, email, visitor_id, match, status, channel, brought_by, occurred_at,
                                     received_at, updated_at, signup)
     SELECT ${id}, iif(n.i % 3 = 0, 'clerk', 'stripe'), '${name}' || n.i || '@example.com', NULL,
            iif(n.i % 4 = 0, 'no_visitor_id', 'matched'), '${status}', 'Email', 'newsletter', ${iso(at)}, ${iso(at)},
            ${iso(at)}, '{}' FROM n`,
    `${numbers} INSERT INTO deliveries (signup_id, destination, status, attempts, reason, delivered_at,
                                        next_attempt_at, updated_at)
     SELECT ${id}, 'hubspot', '${status}', 1, iif('${status}' = 'waiting', 'hubspot_unavailable', NULL),
            iif('${status}' = 'delivered', ${iso(at)}, NULL), iif('${status}' = 'waiting', ${iso(at)}, NULL),
            ${iso(at)} FROM n`,
  ];
}
