// The end of setup: a sample that arrives, the doctor's report, and where to go from here.
import { candidatesIn } from '../../settings/webhook-secrets.ts';
import { DEFAULT_NAME } from '../deployment.ts';
import { askDoctor } from '../doctor/ask-doctor.ts';
import { exitCodeOf, printReport } from '../doctor/print-report.ts';
import { commandLine } from '../invocation.ts';
import type { SetupDependencies } from './dependencies.ts';
import { sendSample } from './send-sample.ts';

export interface Deployed extends SetupDependencies {
  url: string;
  /** Of a setting, where this machine knows it. */
  knownValue(name: string): string | undefined;
}

export async function deliverFirst(deployed: Deployed): Promise<0 | 1> {
  const { say, file, knownValue, url, flags } = deployed;
  const adminToken = knownValue('ADMIN_TOKEN');
  if (!adminToken) {
    say.warn(
      'ADMIN_TOKEN is on the Worker and not known here, so nothing can be checked',
      `Put it into ${file}, or make up a new one: ${commandLine('setup', '--rotate', 'ADMIN_TOKEN')}`,
    );
    return 0;
  }
  const hasArrived = await deliverSample(deployed, adminToken);
  const isWell = await sayReport(deployed, adminToken);
  const named = flags.name === DEFAULT_NAME ? [] : ['--name', flags.name];
  say.note(
    'What next',
    [
      `dashboard   ${url} (the token is ADMIN_TOKEN in ${file})`,
      'cookie      docs/sources.md says for each source how the visitor ID travels with a signup',
      `any time    ${commandLine('doctor', ...named)}`,
      'upgrade     docs/upgrade.md',
    ].join('\n'),
  );
  return hasArrived && isWell ? 0 : 1;
}

/** `false` when it was sent and has not arrived. */
async function deliverSample(deployed: Deployed, adminToken: string): Promise<boolean> {
  const { say, flags, url, knownValue, registry } = deployed;
  const source = registry.sources.find(({ name }) => name === flags.sample);
  if (source === undefined) return true;
  const [secret] = candidatesIn(knownValue(source.secretName));
  if (!secret) {
    say.warn(`No sample is sent: the secret of ${source.name} is not known here`);
    return true;
  }
  say.step(`Sending a signed sample of ${source.name}`);
  const sent = await sendSample(deployed, {
    url,
    source: source.name,
    secret,
    adminToken,
    file: deployed.file,
  });
  if ('arrived' in sent) {
    say.ok(`${sent.email} has arrived at ${sent.arrived}; you may delete it there`);
  } else say.fail(sent.problem, sent.fix);
  return 'arrived' in sent;
}

/** `false` when there is a problem. */
async function sayReport(deployed: Deployed, adminToken: string): Promise<boolean> {
  const { say, url } = deployed;
  say.step('Asking the doctor');
  const answer = await (deployed.askDoctor ?? askDoctor)(deployed, adminToken);
  if (answer.kind !== 'report') {
    const why = answer.kind === 'none' ? answer.message : `${url} is not a Worker of this version`;
    say.fail(why, `Run ${commandLine('doctor')} in a minute.`);
    return false;
  }
  const checks = answer.report.checks.filter(({ status }) => status !== 'ok');
  if (checks.length === 0) {
    say.ok('The doctor finds nothing to fix');
    return true;
  }
  const lines: string[] = [];
  printReport({ checks }, (text) => lines.push(text));
  say.note('The doctor says', lines.join('\n'));
  return exitCodeOf({ checks }) === 0;
}
