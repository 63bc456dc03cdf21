// When signups are pruned, the people of their periods stay counted, and nobody is counted again.
import { IN_LIST } from '../database.ts';

/** The people of the signup's period are counted. */
export const IS_COUNTED = `NOT EXISTS (
  SELECT 1 FROM stale_periods WHERE period IN (substr(received_at, 1, 13), substr(received_at, 1, 10)))`;

/** Later signups of the people whose first one is pruned. The IDs of what is pruned are bound. */
export const KEEP_COUNTED = `
  UPDATE signups SET is_counted = 1
  WHERE is_counted = 0 AND id NOT ${IN_LIST} AND id IN (
    SELECT later.id FROM json_each(?1) AS pruned
    CROSS JOIN signups gone ON gone.id = pruned.value
    CROSS JOIN signups later ON later.email = gone.email
    WHERE gone.is_counted = 1 OR (gone.occurred_at, gone.id) < (later.occurred_at, later.id)
    UNION
    SELECT later.id FROM json_each(?1) AS pruned
    CROSS JOIN signups gone ON gone.id = pruned.value
    CROSS JOIN signups later ON later.customer = gone.customer
    WHERE later.email IS NULL)`;

/** Nothing else is pruned of a day that is not counted as a whole. */
export const FINISH_ROLL_UPS = `
  UPDATE roll_ups SET is_final = 1
  WHERE is_final = 0 AND period IN (
    SELECT substr(received_at, 1, 10) FROM signups WHERE id ${IN_LIST}
    UNION SELECT substr(received_at, 1, 13) FROM signups WHERE id ${IN_LIST})`;
