// Looking at the whole: totals, and whether all is well.

import { DoctorReport } from '../../../api/doctor.ts';
import { Stats } from '../../../api/stats.ts';
import { StatsQuery } from '../../stats.ts';
import { described } from '../described.ts';
import { json, type Operation, operatorAnswers } from '../operation.ts';

export const reportOperations: readonly Operation[] = [
  {
    id: 'stats',
    method: 'get',
    path: '/api/stats',
    tag: 'Signups',
    summary: 'Count signups',
    description:
      'Totals over the last days, by day, channel, source, status and match. Days are in UTC.',
    opensTo: 'operator',
    parameters: {
      query: described(StatsQuery, {
        days: { description: 'How many days, today included.', override: { type: 'integer' } },
      }),
    },
    answers: operatorAnswers(
      { 200: json('The totals.', Stats) },
      { 400: '`days` is not a whole number from 1 to 90.' },
    ),
  },
  {
    id: 'doctor',
    method: 'get',
    path: '/api/doctor',
    tag: 'Whence',
    summary: 'Whether all is well',
    description:
      'Examines settings, keys, scopes, properties, ledger, cron and what waits: one line each, with what to do. `npm run doctor` shows the same.',
    opensTo: 'operator',
    answers: operatorAnswers({ 200: json('The report.', DoctorReport) }),
  },
];
