// The doctor of a running Worker, asked through its API.
import { DoctorReport } from '../../api/doctor.ts';
import type { Report } from '../../health/report.ts';
import { type ApiAnswer, openWorkerApi } from '../worker-api.ts';

export type DoctorAnswer =
  | { kind: 'report'; report: Report }
  /** What answers there is not a Worker of this version. */
  | { kind: 'unknown' }
  | { kind: 'none'; message: string; fix: string };

const SET_TOKEN = 'Run npm run setup, or put the Worker’s ADMIN_TOKEN into .dev.vars.';
const COPY_TOKEN =
  'Copy ADMIN_TOKEN of this Worker into .dev.vars, or run npm run setup -- --rotate ADMIN_TOKEN.';

export async function askDoctor(
  url: string,
  adminToken: string | undefined,
): Promise<DoctorAnswer> {
  const api = openWorkerApi(url, adminToken);
  if (typeof api === 'string') {
    return adminToken
      ? { kind: 'none', message: api, fix: 'Fix --url, or WHENCE_URL in .dev.vars.' }
      : { kind: 'none', message: 'ADMIN_TOKEN is not set', fix: SET_TOKEN };
  }
  const asked = await api.call(DoctorReport, 'GET', '/api/doctor');
  if (asked.kind === 'ok') return { kind: 'report', report: asked.answer };
  const isOlder = asked.kind === 'refused' && asked.status === 404;
  return isOlder || asked.kind === 'unreadable'
    ? { kind: 'unknown' }
    : { kind: 'none', message: asked.message, fix: fixOf(asked) };
}

function fixOf(asked: Exclude<ApiAnswer<unknown>, { kind: 'ok' }>): string {
  if (asked.kind !== 'refused') return 'Is it deployed? Give --url, or WHENCE_URL in .dev.vars.';
  return asked.status === 401
    ? COPY_TOKEN
    : 'Try again in a minute. The log says more: npx wrangler tail.';
}
