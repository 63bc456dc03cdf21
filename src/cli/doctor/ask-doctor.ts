// The doctor of a running Worker, asked through its API.
import { DoctorReport } from '../../api/doctor.ts';
import type { Report } from '../../health/report.ts';
import { commandLine } from '../invocation.ts';
import { type ApiAnswer, openWorkerApi } from '../worker-api.ts';

export type DoctorAnswer =
  | { kind: 'report'; report: Report }
  /** What answers there is not a Worker of this version. */
  | { kind: 'unknown' }
  | { kind: 'none'; message: string; fix: string }
  /** There is a Worker, and the token is not its own. */
  | { kind: 'refused'; message: string; fix: string };

/** `file`: where its settings stand on this machine. */
export async function askDoctor(
  { url, file }: { url: string; file: string },
  adminToken: string | undefined,
): Promise<DoctorAnswer> {
  const api = openWorkerApi(url, adminToken, file);
  if (typeof api === 'string') {
    const setToken = `Run ${commandLine('setup')}, or put the Worker’s ADMIN_TOKEN into the environment or ${file}.`;
    return adminToken
      ? { kind: 'none', message: api, fix: `Fix --url, or WHENCE_URL in ${file}.` }
      : { kind: 'none', message: 'ADMIN_TOKEN is not set', fix: setToken };
  }
  const asked = await api.call(DoctorReport, 'GET', '/api/doctor');
  if (asked.kind === 'ok') return { kind: 'report', report: asked.answer };
  const status = asked.kind === 'refused' ? asked.status : undefined;
  if (status === 404 || asked.kind === 'unreadable') return { kind: 'unknown' };
  const kind = status === 401 ? 'refused' : 'none';
  return { kind, message: asked.message, fix: fixOf(asked, file) };
}

function fixOf(asked: Exclude<ApiAnswer<unknown>, { kind: 'ok' }>, file: string): string {
  if (asked.kind !== 'refused') return `Is it deployed? Give --url, or WHENCE_URL in ${file}.`;
  return asked.status === 401
    ? `Put ADMIN_TOKEN of this Worker into the environment or ${file}. A new one: ${commandLine('setup', '--rotate', 'ADMIN_TOKEN')}.`
    : 'Try again in a minute. The log says more: npx wrangler tail.';
}
