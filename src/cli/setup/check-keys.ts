// The keys that are known here, held against DataFast and HubSpot before anything is deployed.

import { parseFieldNames } from '../../destinations/field-names.ts';
import { openDestinations } from '../../destinations/index.ts';
import type { Problem } from '../../model.ts';
import { readConfig } from '../../settings/config.ts';
import { sources } from '../../sources/index.ts';
import { checkDatafast } from '../../visitors/check.ts';

export interface KeyCheck {
  problems: readonly Problem[];
  /** What could be looked at, for the operator. */
  checked: readonly string[];
  /** How many CRM properties were created, or would be. */
  properties?: number;
}

/** With `creates`, CRM properties that are missing are created. */
export async function checkKeys(
  values: ReadonlyMap<string, string>,
  io: { fetch: typeof fetch; now: () => number },
  creates: boolean,
): Promise<KeyCheck> {
  const config = readConfig(Object.fromEntries(values), [...sources.values()]);
  const { names, problems: misnamed } = parseFieldNames(config.fieldNames);
  // What is not known here may be deployed.
  const invalid = [...config.problems, ...misnamed].filter(({ key }) =>
    values.has(key.split('.')[0] ?? ''),
  );
  if (invalid.length > 0) return { problems: invalid, checked: [] };

  const checked: string[] = [];
  const problems: Problem[] = [];
  let properties: number | undefined;
  if (config.datafast.apiKey !== undefined) {
    checked.push('DataFast');
    problems.push(...(await checkDatafast({ ...config.datafast, fetch: io.fetch })));
  }
  if (config.hubspot.token !== undefined) {
    for (const destination of openDestinations(config, io, names)) {
      checked.push(destination.name === 'hubspot' ? 'HubSpot' : destination.name);
      const found = await destination.check();
      const barriers = found.filter(({ problem }) => problem !== ABSENT);
      problems.push(...barriers);
      properties = found.length - barriers.length;
      if (creates && properties > 0 && problems.length === 0) {
        const made = await destination.prepare();
        problems.push(...made.problems);
        properties = made.created.length;
      }
    }
  }
  return { problems, checked, properties };
}

/** What creating mends. */
const ABSENT = 'does not exist in HubSpot';
