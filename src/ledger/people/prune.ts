// When signups are pruned, the people of their periods stay counted, and nobody is counted again.
import { IN_LIST } from '../database.ts';

/** The people of the signup's period are counted. */
export const IS_COUNTED = `NOT EXISTS (
  SELECT 1 FROM stale_periods WHERE period IN (substr(received_at, 1, 13), substr(received_at, 1, 10)))`;

/** What is pruned of each person: whether they are counted already, and the earliest of it. */
const goneOf = (column: 'email' | 'customer') => `
  (SELECT p.${column} AS who, max(p.is_counted) AS isCounted, min(json_array(p.occurred_at, p.id)) AS earliest
   FROM json_each(?1) AS pruned CROSS JOIN signups p ON p.id = pruned.value WHERE p.${column} IS NOT NULL GROUP BY 1) AS gone
  CROSS JOIN signups s ON s.id = (
    SELECT id FROM signups WHERE ${column} = who AND id NOT ${IN_LIST} ORDER BY occurred_at, id LIMIT 1)`;

/**
 * The first signup that is left of each person whose first one is pruned: the first one says whether they are counted, so
 * the others need no mark. The IDs of what is pruned are bound.
 */
export const KEEP_COUNTED = `
  UPDATE signups SET is_counted = 1
  WHERE is_counted = 0 AND id IN (
    SELECT s.id FROM ${goneOf('email')} WHERE isCounted = 1 OR earliest < json_array(s.occurred_at, s.id)
    UNION
    SELECT s.id FROM ${goneOf('customer')} WHERE s.email IS NULL)`;

/** Nothing else is pruned of a day that is not counted as a whole. */
export const FINISH_ROLL_UPS = `
  UPDATE roll_ups SET is_final = 1
  WHERE is_final = 0 AND period IN (
    SELECT substr(received_at, 1, 10) FROM signups WHERE id ${IN_LIST}
    UNION SELECT substr(received_at, 1, 13) FROM signups WHERE id ${IN_LIST})`;
