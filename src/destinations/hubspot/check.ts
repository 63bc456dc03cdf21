// Whether the token may do what deliveries do, and whether the properties are as the table wants them.
import type { Problem } from '../../model.ts';
import type { Field } from '../field.ts';
import { callHubspot, type HubspotOptions, objectsPath } from './client.ts';
import { checkProperties, requestProblem } from './provision.ts';

/** Nobody's key, and no address: HubSpot finds no such contact and creates none. */
const NOBODY = { id: 'whence-doctor', idProperty: 'email' };

const PROBES = {
  read: {
    idProperty: 'email',
    properties: [],
    propertiesWithHistory: [],
    inputs: [{ id: NOBODY.id }],
  },
  upsert: { inputs: [{ ...NOBODY, properties: { email: NOBODY.id } }] },
};

export async function checkHubspot(
  options: HubspotOptions,
  table: readonly Field[],
): Promise<readonly Problem[]> {
  // Its absence is a matter of the settings.
  if (options.token === undefined) return [];
  const problems = [...(await checkProperties(options, table))];
  if (problems.some(({ key }) => key.startsWith('HUBSPOT_'))) return problems;
  for (const [verb, body] of Object.entries(PROBES)) {
    const answer = await callHubspot(
      options,
      'POST',
      `${objectsPath(options)}/batch/${verb}`,
      body,
    );
    // To be refused is what Nobody deserves; HubSpot asks for the scope before.
    if (answer.kind === 'unavailable') problems.push(requestProblem(answer));
  }
  return problems;
}
