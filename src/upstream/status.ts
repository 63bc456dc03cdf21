// What an HTTP status means in general. A service says where it differs.

/**
 * `transient` passes by itself. `configuration` needs the operator. `rate_limit` says when to come back. `record`: the
 * answer is about the record that was sent, and will be the same next time.
 */
export type Meaning = 'ok' | 'transient' | 'configuration' | 'rate_limit' | 'record';

const TRANSIENT = [408, 423, 425];

/** Where a service differs from the usual. */
export interface StatusMeanings {
  /** Those that speak about the record. All other 4xx speak about the key, the plan or the address. */
  recordStatuses: readonly number[];
  /** Those that pass by themselves, beside the usual ones. */
  transientStatuses?: readonly number[];
}

export function meaningOf(
  status: number,
  { recordStatuses, transientStatuses = [] }: StatusMeanings,
): Meaning {
  if (status >= 200 && status < 300) return 'ok';
  if (recordStatuses.includes(status)) return 'record';
  if (status === 429) return 'rate_limit';
  if (status >= 500 || [...TRANSIENT, ...transientStatuses].includes(status)) return 'transient';
  return 'configuration';
}
