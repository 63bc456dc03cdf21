// The end of setup: a sample that arrives, the doctor's report, and where to go from here.
import { Erased } from '../../api/operations.ts';
import { SAMPLE_EMAIL } from '../../identifiers.ts';
import { candidatesIn } from '../../settings/webhook-secrets.ts';
import { DEFAULT_NAME, readSettingsFile } from '../deployment.ts';
import { askDoctor } from '../doctor/ask-doctor.ts';
import { exitCodeOf, printReport } from '../doctor/print-report.ts';
import { commandLine } from '../invocation.ts';
import { openWorkerApi } from '../worker-api.ts';
import type { SetupDependencies } from './dependencies.ts';
import type { Flags } from './flags.ts';
import { type Arrived, sendSample } from './send-sample.ts';

export interface Deployed extends SetupDependencies {
  url: string;
  isNew: boolean;
  /** Of a setting, where this machine knows it. */
  knownValue(name: string): string | undefined;
}

/** The exit code of setup. */
export async function deliverFirst(deployed: Deployed): Promise<0 | 1> {
  const { say, ask, file, knownValue, url, flags } = deployed;
  const adminToken =
    knownValue('ADMIN_TOKEN') ||
    (await ask?.secret(
      'ADMIN_TOKEN of this Worker (empty: goes on without)',
      () => undefined,
      true,
    ));
  if (!adminToken) {
    say.warn(
      'ADMIN_TOKEN is on the Worker and not known here, so nothing can be checked',
      `Put it into the environment or ${file}, or make up a new one: ${commandLine('setup', '--rotate', 'ADMIN_TOKEN')}`,
    );
    return 0;
  }
  const hasArrived = await deliverSample(deployed, adminToken);
  const isWell = await sayReport(deployed, adminToken);
  const isKept = Boolean(readSettingsFile(file).ADMIN_TOKEN);
  const named = flags.name === DEFAULT_NAME ? [] : ['--name', flags.name];
  say.note(
    'What next',
    [
      `dashboard   ${url} (${isKept ? `the token is ADMIN_TOKEN in ${file}` : 'it asks for ADMIN_TOKEN'})`,
      `any time    ${commandLine('doctor', ...named)}`,
      'upgrade     docs/upgrade.md',
    ].join('\n'),
  );
  return hasArrived && isWell ? 0 : 1;
}

/** `false` when it was sent and has not arrived. */
async function deliverSample(deployed: Deployed, adminToken: string): Promise<boolean> {
  const { say, flags, url, knownValue, registry, isNew } = deployed;
  const name = sampleOf(flags, isNew) ?? ((await asksForSample(deployed)) ? OWN_SOURCE : undefined);
  const source = registry.sources.find((one) => one.name === name);
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
  if (!('arrived' in sent)) {
    say.fail(sent.problem, sent.fix);
    return false;
  }
  say.ok(`${sent.email} has arrived at ${sent.arrived.join(', ')}`);
  await removeSample(deployed, adminToken, sent);
  return true;
}

/** The sample goes from Whence, and its contact from the destinations that can delete it. */
async function removeSample(
  { say, url, file, fetch: send, registry }: Deployed,
  adminToken: string,
  { email, arrived }: Arrived,
): Promise<void> {
  const api = openWorkerApi(url, adminToken, file, send);
  const path = `/api/people/${encodeURIComponent(email)}?destinations=true`;
  const erased = typeof api === 'string' ? undefined : await api.call(Erased, 'DELETE', path);
  const isErased = erased?.kind === 'ok';
  if (isErased) say.ok('Whence has forgotten the sample; it is in no figures');
  const labels = new Map(registry.destinations.map(({ name, label }) => [name, label]));
  const gone = (isErased ? (erased.answer.destinations ?? []) : [])
    .filter(({ deleted }) => deleted)
    .map(({ name }) => labels.get(name) ?? name);
  if (gone.length > 0) say.ok(`Its contact is deleted at ${gone.join(', ')}`);
  const left = arrived.filter((label) => !gone.includes(label));
  if (left.length > 0) say.warn(`${email} is still at ${left.join(', ')}`, 'Delete it there.');
}

/** The source whose sample needs no provider. */
const OWN_SOURCE = 'signup';

/** The source whose sample is sent without a question. An upgrade sends none unless it is told to. */
export function sampleOf({ sample }: Flags, isNew: boolean): string | undefined {
  return (sample ?? (isNew ? OWN_SOURCE : false)) || undefined;
}

/** Whether an upgrade asks: nothing was said about a sample, somebody can answer, and one can be signed here. */
export function mayAskForSample(
  { flags, ask, registry }: Pick<SetupDependencies, 'flags' | 'ask' | 'registry'>,
  isNew: boolean,
  knownValue: Deployed['knownValue'],
): boolean {
  const own = registry.sources.find(({ name }) => name === OWN_SOURCE);
  const [secret] = candidatesIn(own && knownValue(own.secretName));
  return !isNew && flags.sample === undefined && ask !== undefined && secret !== undefined;
}

async function asksForSample(deployed: Deployed): Promise<boolean> {
  if (!mayAskForSample(deployed, deployed.isNew, deployed.knownValue)) return false;
  const answer = await deployed.ask?.choose(
    `Send a sample signup through the new version? It writes ${SAMPLE_EMAIL} to your CRM, and setup removes it again.`,
    [
      { value: 'no', label: 'No' },
      { value: 'yes', label: 'Yes: it is in no figures, and what cannot be removed is named' },
    ],
  );
  return answer === 'yes';
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
