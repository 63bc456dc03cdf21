// Whether the token may do what deliveries do, and whether the properties are as the table wants them.
import type { Problem } from '../../model.ts';
import type { Field } from '../field.ts';
import { type Answer, callHubspot, type HubspotOptions, objectsPath } from './client.ts';
import { checkProperties, requestProblem } from './provision.ts';

/** Nobody's contact: no address, so that HubSpot can find none and creates none. */
const NOBODY = 'whence-doctor';

export async function checkHubspot(
  options: HubspotOptions,
  table: readonly Field[],
): Promise<readonly Problem[]> {
  // Its absence is a matter of the settings.
  if (options.token === undefined) return [];
  const objects = objectsPath(options);
  const input = { id: NOBODY, idProperty: 'email', properties: { email: NOBODY } };
  const read = callHubspot(options, 'POST', `${objects}/batch/read`, {
    idProperty: 'email',
    properties: ['email'],
    propertiesWithHistory: [],
    inputs: [{ id: NOBODY }],
  });
  const write = callHubspot(options, 'POST', `${objects}/batch/upsert`, { inputs: [input] });
  const problems = [
    ...(await checkProperties(options, table)),
    ...unavailable(await read),
    ...unavailable(await write),
  ];
  return [
    ...new Map(problems.map((problem) => [`${problem.key} ${problem.problem}`, problem])),
  ].map(([, problem]) => problem);
}

/** A refusal is what Nobody deserves: HubSpot asks for the scope first. */
const unavailable = (answer: Answer): Problem[] =>
  answer.kind === 'unavailable' ? [requestProblem(answer)] : [];
