// One line of a report. Apart from its schema, which the Worker has no use for.
import type { Check } from './report.ts';

/** Well, unless there is a fix. */
export function line(
  name: string,
  what: string,
  fix?: string,
  status: Check['status'] = fix ? 'problem' : 'ok',
): Check {
  return { name, status, what, fix };
}
