// The Retry-After header.
import { DAY_SECONDS } from '../time.ts';

/** HubSpot moves an account for up to a day. A wrong clock or unit must not switch deliveries off for years. */
const MAX_SECONDS = DAY_SECONDS;

/** Seconds, a day at most, from either form of RFC 9110 §10.2.3; `undefined` when it is absent or unreadable. */
export function retryAfterSeconds(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Math.min(MAX_SECONDS, Number(value));
  if (!/[a-z]/i.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(MAX_SECONDS, Math.max(0, (at - nowMs) / 1000));
}
