// What can be checked from this machine with the settings that are known here.
import { runDoctor } from '../../health/doctor.ts';
import { readSettings } from '../../health/read-settings.ts';
import type { Report } from '../../health/report.ts';
import type { MachineSettings } from '../deployment.ts';
import { registry } from '../registry.ts';

/** `alreadyNamed`: settings whose problem the report has in another line. */
export function checkHere(
  settings: MachineSettings,
  io: { fetch: typeof fetch; now: () => number },
  version: string,
  alreadyNamed: readonly string[] = [],
): Promise<Report> {
  const read = readSettings(settings, registry);
  const problems = read.problems.filter(({ key }) => !alreadyNamed.includes(key));
  const config = { ...read, problems };
  return runDoctor({
    ...io,
    version,
    config,
    sources: registry.sources,
    openDestinations: (watched) => registry.openDestinations(config.values, config.names, watched),
  });
}
