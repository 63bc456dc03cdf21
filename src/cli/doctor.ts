// `npm run doctor`: is all well with the Worker and everything it depends on? Without a Worker, what can be seen here.
import { line, type Report } from '../health/report.ts';
import { VERSION } from '../version.ts';
import { readArguments } from './arguments.ts';
import { workerUrl } from './command.ts';
import { askDoctor } from './doctor/ask-doctor.ts';
import { checkHere } from './doctor/check-here.ts';
import { latestVersion } from './doctor/latest-version.ts';
import { exitCodeOf, printReport } from './doctor/print-report.ts';
import { checkVersions } from './doctor/versions.ts';
import { machineSettings } from './machine-settings.ts';

const COMMAND = {
  name: 'npm run doctor',
  usage: `usage: npm run doctor [-- --url https://whence.<you>.workers.dev] [--json]

  --url   the Worker to ask; else WHENCE_URL, else http://localhost:8787
  --json  the report as JSON

  ADMIN_TOKEN and WHENCE_URL come from .dev.vars or the environment. When the Worker cannot be asked, the keys known
  here are checked. Ends with 0 when there is nothing to fix, 1 when there is, 2 when it could not run.`,
  options: { url: { type: 'string' }, json: { type: 'boolean' } },
  mostArguments: 0,
} as const;

const { values: flags } = readArguments(COMMAND);
const settings = machineSettings();
const { worker, ...found } = await checkWorker(workerUrl(flags.url, COMMAND));
const versions = checkVersions({ worker, own: VERSION, latest: await latestVersion() });
const report: Report = { ...found, checks: [...found.checks, versions] };
if (flags.json) console.log(JSON.stringify(report));
else printReport(report, console.log);
process.exitCode = exitCodeOf(report);

/** `worker`: its version, where it could be asked. */
async function checkWorker(url: string): Promise<Report & { worker?: string }> {
  const answer = await askDoctor(url, settings.ADMIN_TOKEN);
  if (answer.kind === 'report') return { ...answer.report, worker: answer.report.version };
  const isUnknown = answer.kind === 'unknown';
  const what = isUnknown ? `${url} is not a Worker of this version` : answer.message;
  const fix = isUnknown ? 'Fix --url, or run npm run setup.' : answer.fix;
  const named = settings.ADMIN_TOKEN ? [] : ['ADMIN_TOKEN'];
  const here = await checkHere(settings, { fetch, now: Date.now }, VERSION, named);
  return { ...here, checks: [line('worker', what, fix), ...here.checks] };
}
