// The doctor of a running Worker, asked through its API.
import { DoctorReport } from '../../api/doctor.ts';
import type { Report } from '../../health/report.ts';
import { openWorkerApi } from '../worker-api.ts';

export type DoctorAnswer =
  | { kind: 'report'; report: Report }
  /** What answers there is not a Worker of this version. */
  | { kind: 'unknown' }
  | { kind: 'none'; message: string };

export async function askDoctor(
  url: string,
  adminToken: string | undefined,
): Promise<DoctorAnswer> {
  const api = openWorkerApi(url, adminToken);
  if (typeof api === 'string') return { kind: 'none', message: api };
  const asked = await api.call(DoctorReport, 'GET', '/api/doctor');
  if (asked.kind === 'ok') return { kind: 'report', report: asked.answer };
  const isOlder = asked.kind === 'refused' && asked.status === 404;
  return isOlder || asked.kind === 'unreadable'
    ? { kind: 'unknown' }
    : { kind: 'none', message: asked.message };
}
