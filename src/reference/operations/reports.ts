// Whether all is well.
import { DoctorReport } from '../answers/doctor.ts';
import { json, type Operation, operatorAnswers } from '../operation.ts';

export const reportOperations: readonly Operation[] = [
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
