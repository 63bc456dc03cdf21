// What can be checked from this machine with the settings that are known here.
import { runDoctor } from '../../health/doctor.ts';
import { readSettings } from '../../health/read-settings.ts';
import { line, type Report } from '../../health/report.ts';
import type { Problem } from '../../model.ts';
import { ANY_DESTINATION } from '../../settings/config.ts';
import { ANY_SECRET } from '../../settings/webhook-secrets.ts';
import type { MachineSettings } from '../deployment.ts';
import { registry } from '../registry.ts';

/**
 * `alreadyNamed`: settings whose problem the report has in another line. `isElsewhere`: the Worker is deployed, so that a
 * setting which is not known here may well be set there.
 */
export async function checkHere(
  settings: MachineSettings,
  io: { fetch: typeof fetch; now: () => number },
  version: string,
  { alreadyNamed = [], isElsewhere }: { alreadyNamed?: readonly string[]; isElsewhere: boolean },
): Promise<Report> {
  const read = readSettings(settings, registry);
  const named = read.problems.filter(({ key }) => !alreadyNamed.includes(key));
  const problems = isElsewhere ? named.filter((problem) => !isMissing(problem)) : named;
  const config = { ...read, problems };
  const report = await runDoctor({
    ...io,
    version,
    config,
    sources: registry.sources,
    openDestinations: (watched) => registry.openDestinations(config.values, config.names, watched),
  });
  const missing = named.length - problems.length;
  if (missing === 0) return report;
  const checks = report.checks.filter(({ name, status }) => name !== 'settings' || status !== 'ok');
  return { ...report, checks: [line('settings', NOT_KNOWN, undefined, 'ok'), ...checks] };
}

const NOT_KNOWN = 'What the Worker has is not known here; what is known here was checked';

const isMissing = ({ key, problem }: Problem) =>
  problem.startsWith('is not set') || key === ANY_DESTINATION || key === ANY_SECRET;
