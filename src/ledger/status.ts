// The status of a signup: that of its delivery that is furthest from done.
import type { DeliveryStatus } from '../model.ts';
import { IN_LIST } from './database.ts';

/** The furthest from done first. */
const ORDER: readonly DeliveryStatus[] = ['failed', 'waiting', 'delivered', 'skipped'];

/** Of a signup without a delivery: it waits. */
export const worstOf = (attempts: readonly { status: DeliveryStatus }[]): DeliveryStatus =>
  ORDER.find((status) => attempts.some((attempt) => attempt.status === status)) ?? 'waiting';

/** Of the deliveries of the row of `signups`; NULL when there are none. */
export const WORST = `(
  SELECT status FROM deliveries WHERE signup_id = signups.id
  ORDER BY CASE status ${ORDER.map((status, place) => `WHEN '${status}' THEN ${place}`).join(' ')} END LIMIT 1)`;

/** Of those whose IDs are bound. */
export const UPDATE_STATUS = `
  UPDATE signups SET status = ${WORST}
  WHERE id ${IN_LIST} AND status <> coalesce(${WORST}, status)`;
