// `npm run provision`: creates the CRM properties Whence writes, with the token of .dev.vars or the environment.
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { parseFieldNames } from '../destinations/field-names.ts';
import { openDestinations } from '../destinations/index.ts';
import { readConfig } from '../settings/config.ts';

const file = '.dev.vars';
const config = readConfig(
  { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env },
  [],
);
const { names, problems: misnamed } = parseFieldNames(config.fieldNames);
const own = [...config.problems.filter(({ key }) => key.startsWith('HUBSPOT_')), ...misnamed];
for (const { key, problem, fix } of own) console.error(`✗ ${key} ${problem}. ${fix}`);
if (own.length > 0) process.exit(1);

let failed = false;
for (const destination of openDestinations(config, { fetch, now: Date.now }, names)) {
  const { created, problems } = await destination.prepare();
  if (created.length > 0)
    console.log(`✓ ${destination.name}: created ${created.length} properties`);
  else if (problems.length === 0) console.log(`✓ ${destination.name}: every property is there`);
  for (const { key, problem, fix } of problems) console.error(`✗ ${key}: ${problem}. ${fix}`);
  failed ||= problems.length > 0;
}
process.exit(failed ? 1 : 0);
