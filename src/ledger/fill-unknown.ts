// A source that has become known is written into the earlier rows of the same person and visitor as well.
import { UNKNOWN_CHANNEL } from '../model.ts';

/** Signups of the same person and visitor whose contact said Unknown until now: it says the same of them. */
export const FILL_UNKNOWN = `
  UPDATE signups SET channel = filled.channel, brought_by = filled.brought_by,
    attribution = filled.attribution, updated_at = ?2
  FROM (
    SELECT value->>'email' AS email, value->>'visitorId' AS visitor_id,
           value->>'channel' AS channel, value->>'broughtBy' AS brought_by,
           value->>'attribution' AS attribution
    FROM json_each(?1)
  ) AS filled
  WHERE signups.email = filled.email AND signups.visitor_id = filled.visitor_id
    AND +signups.channel = '${UNKNOWN_CHANNEL}'`;
