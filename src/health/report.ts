// The doctor's report: one line per check.

export interface Check {
  name: string;
  /** `problem`: a person has to fix it. `warning`: worth a look, but not a fault. */
  status: 'ok' | 'warning' | 'problem';
  what: string;
  /** What to do about it. Absent when all is well. */
  fix?: string;
}

export interface Report {
  /** The version that was checked. */
  version: string;
  /** ISO 8601. */
  at: string;
  checks: readonly Check[];
}

/** A check that found nothing, unless there is a fix. */
export function line(
  name: string,
  what: string,
  fix?: string,
  status: Check['status'] = fix ? 'problem' : 'ok',
): Check {
  return { name, status, what, ...(fix && { fix }) };
}
