// A request for several contacts that HubSpot refused, or did not answer, as a whole.
import { configurationRetry, type Rejected, type Waiting } from '../../outcome.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';
import { type HubspotAnswer, TOO_LARGE } from './client.ts';
import { describeRefusal, rejectedProperties } from './errors.ts';
import { reason } from './reasons.ts';

export interface Refused {
  /** What it means for every contact of the request, when nothing else helps. */
  outcome: Waiting | Rejected;
  /** One of the contacts may be the cause, so smaller requests may let the others through. */
  isBisectable: boolean;
  /** The properties that HubSpot names. */
  rejected?: readonly RejectedProperty[];
  /** The emails that HubSpot takes for the same contact. */
  duplicates?: readonly string[];
}

export const isRefused = (result: object): result is Refused => 'isBisectable' in result;

/** `values`: what the request held, none of which may stand in a reason. */
export function refusedWhole(
  answer: Exclude<HubspotAnswer, { kind: 'ok' }>,
  values: readonly string[] = [],
): Refused {
  if (answer.kind === 'unavailable') return { outcome: answer.wait, isBisectable: false };
  const { status, error } = answer;
  const detail = `HTTP ${status} ${describeRefusal(error, values)}`.trim();
  switch (status) {
    case 400:
      return {
        outcome: { status: 'rejected', reason: reason('contact_refused', detail) },
        isBisectable: true,
        rejected: rejectedProperties(error),
        duplicates: error.context?.ids ?? [],
      };
    case 409:
      return {
        outcome: { status: 'retry', reason: reason('conflict', detail) },
        isBisectable: true,
      };
    case TOO_LARGE:
      return {
        outcome: { status: 'rejected', reason: reason('contact_refused', detail) },
        isBisectable: true,
      };
    default:
      return {
        outcome: configurationRetry(reason('request_refused', detail)),
        isBisectable: false,
      };
  }
}
