// Whether the key may do what deliveries do, and whether the properties are as the field table wants them.
import type { DestinationProblem } from '../destination.ts';
import type { Field } from '../field.ts';
import { callHubspot, type HubspotClient, objectsPath } from './client.ts';
import { isUnread, readDefinitions } from './definitions.ts';
import { answerProblem, problemsOf } from './properties.ts';

/** Not an address: HubSpot finds no such contact and creates none. */
const NO_CONTACT = { id: 'whence-doctor', idProperty: 'email' };

const PROBES = {
  read: {
    idProperty: 'email',
    properties: [],
    propertiesWithHistory: [],
    inputs: [{ id: NO_CONTACT.id }],
  },
  upsert: { inputs: [{ ...NO_CONTACT, properties: { email: NO_CONTACT.id } }] },
};

/** Empty when deliveries can arrive. */
export async function checkHubspot(
  client: HubspotClient,
  fields: readonly Field[],
): Promise<readonly DestinationProblem[]> {
  const definitions = await readDefinitions(client);
  if (isUnread(definitions)) return [answerProblem(definitions)];
  const problems = [...problemsOf(fields, definitions)];
  for (const [verb, body] of Object.entries(PROBES)) {
    const path = `${objectsPath(client)}/batch/${verb}`;
    const answer = await callHubspot(client, 'POST', path, body);
    // A refusal is expected: HubSpot checks the scope before it validates the record.
    if (answer.kind === 'unavailable') problems.push(answerProblem(answer));
  }
  return problems;
}
