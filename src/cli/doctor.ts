// `npm run doctor`: is all well with the Worker and everything it depends on? Without a Worker, what can be seen here.
import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { line } from '../health/line.ts';
import type { Report } from '../health/report.ts';
import { askDoctor } from './doctor/ask-doctor.ts';
import { examineHere } from './doctor/examine-here.ts';
import { latestVersion } from './doctor/latest-version.ts';
import { exitCodeOf, printReport } from './doctor/print-report.ts';
import { checkVersions } from './doctor/versions.ts';
import { defaultWorkerUrl, readSettings } from './worker-api.ts';

const USAGE = `usage: npm run doctor [-- --url https://whence.<you>.workers.dev] [--json]

  --url   the Worker to ask; else WHENCE_URL, else http://localhost:8787
  --json  the report as JSON

  ADMIN_TOKEN and WHENCE_URL come from .dev.vars or the environment. When the Worker cannot be asked, the keys known
  here are examined. Ends with 0 when nothing is to be mended, 1 when something is, 2 when it could not run.`;

const own = manifest.version;
const flags = readFlags();
const settings = readSettings();
const report = await examineWorker(flags.url ?? defaultWorkerUrl());
const { checks } = report;
checks.push(checkVersions({ worker: report.worker, own, latest: await latestVersion() }));
if (flags.json) console.log(JSON.stringify({ version: report.version, at: report.at, checks }));
else printReport(report, console.log);
process.exitCode = exitCodeOf(report);

function readFlags(): { url?: string; json: boolean } {
  try {
    const { values } = parseArgs({
      options: { url: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (values.url === undefined || URL.canParse(values.url)) return values;
  } catch {
    // An unknown flag; the usage says which there are.
  }
  console.error(USAGE);
  process.exit(2);
}

async function examineWorker(url: string): Promise<Report & { worker?: string }> {
  const answer = await askDoctor(url, settings.ADMIN_TOKEN);
  if (answer.kind === 'report') return { ...answer.report, worker: answer.report.version };
  const worker =
    answer.kind === 'stranger'
      ? line('worker', `${url} is no Worker of this version`, 'Mend --url, or run npm run setup.')
      : line('worker', answer.message, 'Is it deployed? Give --url, or WHENCE_URL in .dev.vars.');
  const here = await examineHere(settings, { fetch, now: Date.now }, own);
  return { ...here, checks: [worker, ...here.checks] };
}
