// The doctor of a running Worker, asked through its API.
import { Report } from '../../health/report.ts';
import { openWorkerApi } from '../worker-api.ts';

export type DoctorAnswer =
  | { kind: 'report'; report: Report }
  /** There is something, and it is no Worker of this version. */
  | { kind: 'stranger' }
  | { kind: 'none'; message: string };

export async function askDoctor(
  url: string,
  adminToken: string | undefined,
): Promise<DoctorAnswer> {
  const api = openWorkerApi(url, adminToken);
  if (typeof api === 'string') return { kind: 'none', message: api };
  const answer = await api.call('GET', '/api/doctor');
  if (answer.kind !== 'ok') {
    const isOlder = answer.kind === 'refused' && answer.status === 404;
    return isOlder ? { kind: 'stranger' } : { kind: 'none', message: answer.message };
  }
  const parsed = Report.safeParse(answer.json);
  return parsed.success ? { kind: 'report', report: parsed.data } : { kind: 'stranger' };
}
