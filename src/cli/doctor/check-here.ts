// What can be checked from this machine with the settings that are known here.
import { runDoctor } from '../../health/doctor.ts';
import { readSettings } from '../../health/read-settings.ts';
import type { Report } from '../../health/report.ts';
import type { MachineSettings } from '../machine-settings.ts';
import { registry } from '../registry.ts';

export function checkHere(
  settings: MachineSettings,
  io: { fetch: typeof fetch; now: () => number },
  version: string,
): Promise<Report> {
  const config = readSettings(settings, registry);
  return runDoctor({
    ...io,
    version,
    config,
    sources: registry.sources,
    openDestinations: (watched) => registry.openDestinations(config.values, config.names, watched),
  });
}
