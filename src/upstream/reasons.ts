// The reasons that every upstream has. In the ledger each stands under the upstream's name: `datafast_unreachable`.
import type { ReasonEntry } from '../reasons.ts';

export type StandardReason =
  | 'key_missing'
  | 'unauthorized'
  | 'forbidden'
  | 'request_refused'
  | 'rate_limited'
  | 'down'
  | 'unreachable'
  | 'timeout'
  | 'unavailable'
  | 'answer_unreadable'
  | 'answer_too_large';

const THEN = 'What waits goes on within ten minutes. What gave up needs npx whence-crm replay.';
/** What to do about what passes by itself. */
export const BY_ITSELF = 'Whence tries again by itself, and nothing is lost.';

/** `label`: the service as people write it. `setting`: the one that holds its key. */
export function standardReasons(
  label: string,
  setting: string,
): Readonly<Record<StandardReason, ReasonEntry>> {
  return {
    key_missing: {
      class: 'configuration',
      says: `There is no key for ${label}.`,
      todo: `Set ${setting}. ${THEN}`,
    },
    unauthorized: {
      class: 'configuration',
      says: `${label} refuses the key.`,
      todo: `Set ${setting} to a valid key. ${THEN}`,
    },
    forbidden: {
      class: 'configuration',
      says: `${label} does not allow this key to do that.`,
      todo: `Give the key of ${setting} its permissions, or check the plan. ${THEN}`,
    },
    request_refused: {
      class: 'configuration',
      says: `${label} refuses the request itself. The detail says with which status.`,
      todo: `Check ${setting}, the plan and the address of ${label}. ${THEN}`,
    },
    rate_limited: {
      class: 'snooze',
      says: `${label} allows no more requests for a moment.`,
      todo: 'It goes on by itself, and nothing is lost.',
    },
    down: {
      class: 'snooze',
      says: `${label} failed several times in a row and is left alone for a moment.`,
      todo: 'It goes on by itself, and nothing is lost.',
    },
    unreachable: {
      class: 'transient',
      says: `${label} cannot be reached.`,
      todo: BY_ITSELF,
    },
    timeout: {
      class: 'transient',
      says: `${label} did not answer in time.`,
      todo: BY_ITSELF,
    },
    unavailable: {
      class: 'transient',
      says: `${label} answered with an error of its own.`,
      todo: BY_ITSELF,
    },
    answer_unreadable: {
      class: 'transient',
      says: `${label} did not answer as documented.`,
      todo: BY_ITSELF,
    },
    answer_too_large: {
      class: 'transient',
      says: `${label} gave an answer that is too large to be read.`,
      todo: BY_ITSELF,
    },
  };
}
