// `whence doctor`: is all well with the Worker and everything it depends on? Without a Worker, what can be seen here.
import { line, type Report } from '../../health/report.ts';
import { isThisMachine } from '../../settings/setting.ts';
import { isoOf } from '../../time.ts';
import { VERSION } from '../../version.ts';
import { examples, exitCodes, jsonOption, newCommand } from '../command.ts';
import { askDoctor } from '../doctor/ask-doctor.ts';
import { checkHere } from '../doctor/check-here.ts';
import { latestVersion } from '../doctor/latest-version.ts';
import { exitCodeOf, printReport } from '../doctor/print-report.ts';
import { checkVersions } from '../doctor/versions.ts';
import { commandLine } from '../invocation.ts';
import { typedToken } from '../typed-token.ts';
import { nameOption, openWorker, urlOption, type Worker } from '../worker.ts';

/** The command, ready to be parsed. */
export function doctorCommand() {
  return newCommand('doctor')
    .summary('checks everything, and says how to fix what is wrong')
    .description(
      'Asks the Worker whether all is well: a line for each check, and under it what to do. When no Worker can be asked, the keys known here are checked.',
    )
    .addOption(nameOption())
    .addOption(urlOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      [
        examples('doctor', [], ['--url', 'https://whence.example.workers.dev']),
        exitCodes('when there is nothing to fix', 'when there is something to fix'),
      ].join('\n'),
    )
    .action(async ({ json, ...flags }, command) => {
      const [{ worker, ...found }, latest] = await Promise.all([
        checkWorker(openWorker(command, flags)),
        latestVersion(),
      ]);
      const versions = checkVersions({ worker, own: VERSION, latest });
      const report: Report = { ...found, checks: [...found.checks, versions] };
      if (json) console.log(JSON.stringify(report));
      else printReport(report, console.log);
      process.exitCode = exitCodeOf(report);
    });
}

/** `worker`: its version, where it could be asked. */
async function checkWorker(worker: Worker): Promise<Report & { worker?: string }> {
  const { url, settings } = worker;
  const isElsewhere = !isThisMachine(new URL(url));
  const token = settings.ADMIN_TOKEN || (isElsewhere ? await typedToken(url) : undefined);
  const answer = await askDoctor(worker, token);
  if (answer.kind === 'report') return { ...answer.report, worker: answer.report.version };
  const isUnknown = answer.kind === 'unknown';
  const what = isUnknown ? `${url} is not a Worker of this version` : answer.message;
  const fix = isUnknown ? `Fix --url, or run ${commandLine('setup')}.` : answer.fix;
  const asked = line('worker', what, fix);
  // What that Worker has is not known, and the settings of this machine are not its own.
  if (answer.kind === 'refused')
    return { version: VERSION, at: isoOf(Date.now()), checks: [asked] };
  const here = await checkHere(settings, { fetch, now: Date.now }, VERSION, {
    alreadyNamed: token ? [] : ['ADMIN_TOKEN'],
    isElsewhere,
  });
  return { ...here, checks: [asked, ...here.checks] };
}
