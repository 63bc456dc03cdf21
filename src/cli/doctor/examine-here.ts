// What can be examined from this machine with the settings that are known here.

import { parseFieldNames } from '../../destinations/field-names.ts';
import { openDestinations } from '../../destinations/index.ts';
import { examine } from '../../health/examine.ts';
import type { Report } from '../../health/report.ts';
import { readConfig } from '../../settings/config.ts';
import { sources } from '../../sources/index.ts';
import { checkDatafast } from '../../visitors/check.ts';

/** `settings`: as the Worker's vars and secrets. */
export function examineHere(
  settings: Readonly<Record<string, string | undefined>>,
  io: { fetch: typeof fetch; now: () => number },
  version: string,
): Promise<Report> {
  const config = readConfig(settings, [...sources.values()]);
  const { names, problems } = parseFieldNames(config.fieldNames);
  return examine({
    ...io,
    version,
    problems: [...config.problems, ...problems],
    sourcesOn: [...sources.values()]
      .filter(({ secretName }) => config.webhookSecrets.has(secretName))
      .map(({ name }) => name),
    checkVisitors: (send) => checkDatafast({ ...config.datafast, fetch: send }),
    openDestinations: (send) => openDestinations(config, { ...io, fetch: send }, names),
  });
}
