// What HubSpot's live answers look like, against what the code expects. Asked with requests that write nothing.
// https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch/post-crm-v3-objects-contacts-batch-read
import {
  compareShape,
  type ExpectedKey,
  learnShape,
  newShape,
  type ShapeFindings,
  type ValueType,
} from '../../upstream/shape.ts';
import { callHubspot, type HubspotClient, objectsPath, propertiesPath } from './client.ts';

const expect = (types: readonly ValueType[], ...paths: readonly string[]): readonly ExpectedKey[] =>
  paths.map((path) => ({ path, types }));
const allow = (types: readonly ValueType[], ...paths: readonly string[]): readonly ExpectedKey[] =>
  paths.map((path) => ({ path, types, isOptional: true }));
/** Names that are the account's own, or IDs. */
const closed = (...paths: readonly string[]): readonly ExpectedKey[] =>
  paths.map((path) => ({
    path,
    types: ['object', 'list', 'null'],
    isOptional: true,
    isClosed: true,
  }));

const READ_KEYS: readonly ExpectedKey[] = [
  ...expect(['list'], 'results'),
  ...allow(['object'], 'results[]', 'errors[]'),
  ...expect(['text'], 'results[].id'),
  { path: 'results[].properties', types: ['object'], isClosed: true },
  ...allow(['text'], 'results[].createdAt', 'results[].updatedAt', 'results[].archivedAt'),
  ...allow(['text'], 'results[].url', 'results[].objectWriteTraceId'),
  ...allow(['boolean'], 'results[].archived'),
  ...closed('results[].propertiesWithHistory', 'results[].associations'),
  ...allow(['text'], 'status', 'startedAt', 'completedAt', 'requestedAt'),
  ...closed('links'),
  ...allow(['number'], 'numErrors'),
  // Of the address that is none. Without its category nobody new may be created.
  ...expect(['list'], 'errors'),
  ...expect(['text'], 'errors[].category'),
  ...allow(['text'], 'errors[].status', 'errors[].message', 'errors[].id'),
  ...allow(['text', 'object', 'null'], 'errors[].subCategory'),
  ...closed('errors[].context', 'errors[].links', 'errors[].errors'),
];

const DEFINITION_KEYS: readonly ExpectedKey[] = [
  ...expect(['text'], 'name', 'type', 'fieldType'),
  ...expect(['list'], 'options'),
  ...allow(['object'], 'options[]'),
  ...expect(['text'], 'options[].value'),
  ...allow(['text'], 'options[].label', 'options[].description'),
  ...allow(['number'], 'options[].displayOrder'),
  ...allow(['boolean'], 'options[].hidden'),
  ...expect(['object'], 'modificationMetadata'),
  ...expect(['boolean'], 'modificationMetadata.readOnlyValue'),
  ...allow(
    ['boolean', 'list'],
    'modificationMetadata.archivable',
    'modificationMetadata.readOnlyDefinition',
    'modificationMetadata.readOnlyOptions',
  ),
  ...allow(['text'], 'label', 'groupName', 'description', 'createdAt', 'updatedAt', 'archivedAt'),
  ...allow(
    ['text'],
    'createdUserId',
    'updatedUserId',
    'referencedObjectType',
    'calculationFormula',
  ),
  ...allow(
    ['text'],
    'dataSensitivity',
    'dateDisplayHint',
    'numberDisplayHint',
    'currencyPropertyName',
  ),
  ...allow(['number'], 'displayOrder'),
  ...allow(['boolean'], 'calculated', 'externalOptions', 'archived', 'hasUniqueValue', 'hidden'),
  ...allow(['boolean'], 'hubspotDefined', 'showCurrencySymbol', 'formField'),
  ...closed('sensitiveDataCategories'),
];

/** Not an address: HubSpot answers that there is no such contact. */
const NOBODY = 'whence-doctor';

export async function shapeOfHubspot(
  client: HubspotClient,
  email: string | undefined,
): Promise<readonly ShapeFindings[]> {
  const found: ShapeFindings[] = [];
  const learn = (name: string, keys: readonly ExpectedKey[], json: unknown) => {
    const shape = newShape();
    learnShape(shape, keys, json);
    found.push(compareShape(name, keys, shape));
  };
  const contacts = await callHubspot(client, 'POST', `${objectsPath(client)}/batch/read`, {
    idProperty: 'email',
    properties: ['email'],
    propertiesWithHistory: [],
    inputs: [NOBODY, ...(email === undefined ? [] : [email])].map((id) => ({ id })),
  });
  if (contacts.kind === 'ok') learn('Read contacts', READ_KEYS, contacts.json);
  // One definition is small. The list of all of them was read by the check.
  const definition = await callHubspot(client, 'GET', `${propertiesPath(client)}/lifecyclestage`);
  if (definition.kind === 'ok') learn('Read property', DEFINITION_KEYS, definition.json);
  return found;
}
