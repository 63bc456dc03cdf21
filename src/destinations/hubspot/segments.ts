// Lists of contacts that are ready to use, which HubSpot calls segments: created when missing, never changed.
// https://developers.hubspot.com/docs/api-reference/2026-03/crm/lists/guide
import * as z from 'zod/mini';
import type { Channel } from '../../model.ts';
import { UNKNOWN_CHANNEL } from '../../model.ts';
import type { DestinationProblem, PreparedSegments } from '../destination.ts';
import type { FieldNames } from '../field-names.ts';
import { callHubspot, type HubspotClient, listsPath, UNREADABLE } from './client.ts';
import { type Definitions, isUnread, readDefinitions } from './definitions.ts';
import { answerProblem } from './properties.ts';
import { segmentRefused } from './segment-refused.ts';

const CONTACTS = '0-1';
const MAX_COUNT = 500;
const PREFIX = 'Whence';

const PAID: readonly Channel[] = [
  'Paid Search',
  'Paid Social',
  'Paid Video',
  'Paid Shopping',
  'Paid Other',
  'Display',
  'Cross-network',
];

/** A condition on one field: one of these texts, at least this number, or any value. */
interface Condition {
  field: string;
  oneOf?: readonly string[];
  atLeast?: number;
  /** Contacts without a value fit as well. */
  orEmpty?: true;
}

const CHANNEL = 'datafast_channel';

/** All conditions of a segment hold. */
const SEGMENTS: readonly { name: string; conditions: readonly Condition[] }[] = [
  {
    name: `${PREFIX}: hot leads`,
    conditions: [
      { field: 'datafast_lead_score', atLeast: 70 },
      // DataFast advises against decisions below it.
      { field: 'datafast_prediction_confidence', atLeast: 0.5, orEmpty: true },
    ],
  },
  { name: `${PREFIX}: paid`, conditions: [{ field: CHANNEL, oneOf: PAID }] },
  { name: `${PREFIX}: AI assistants`, conditions: [{ field: CHANNEL, oneOf: ['AI Assistant'] }] },
  {
    name: `${PREFIX}: no source`,
    conditions: [
      { field: 'datafast_signed_up_at' },
      { field: CHANNEL, oneOf: [UNKNOWN_CHANNEL], orEmpty: true },
    ],
  },
];

const Found = z.object({
  hasMore: z.boolean(),
  lists: z.array(z.object({ name: z.string(), objectTypeId: z.string() })),
});
const Created = z.object({ list: z.object({ name: z.string() }) });

/** Creates those that are missing; with `isDryRun` it names them only. Repeating it creates nothing. */
export async function createSegments(
  client: HubspotClient,
  names: FieldNames,
  isDryRun: boolean,
): Promise<PreparedSegments> {
  const segments: string[] = [];
  const problems: DestinationProblem[] = [];
  const there = await readNames(client);
  if ('code' in there) return { segments, problems: [there] };
  const missing = SEGMENTS.filter(({ name }) => !there.names.has(name.toLowerCase()));
  if (isDryRun) return { segments: missing.map(({ name }) => name), problems };
  const definitions = missing.length > 0 ? await readDefinitions(client) : new Map();
  if (isUnread(definitions)) return { segments, problems: [answerProblem(definitions)] };
  for (const { name, conditions } of missing) {
    const lacks = conditions.flatMap(({ field }) => lackOf(field, names, definitions) ?? [])[0];
    if (lacks) {
      problems.push({ key: name, code: 'missing_property', ...lacks });
      continue;
    }
    const filters = conditions.map((condition) => filterOf(condition, names, definitions));
    const answer = await callHubspot(client, 'POST', listsPath(client), {
      name,
      objectTypeId: CONTACTS,
      processingType: 'DYNAMIC',
      filterBranch: branch('OR', [branch('AND', [], filters)]),
    });
    if (answer.kind === 'ok' && Created.safeParse(answer.json).success) segments.push(name);
    else {
      const problem = segmentRefused(name, answer);
      // Another run has just created it, or the search lags behind.
      if (problem) problems.push(problem);
      // What the key or the plan does not allow is the same for the others.
      if (problem && problem.code !== 'refused') break;
    }
  }
  return { segments, problems };
}

/** The names of our lists, in lower case: HubSpot compares them so. */
async function readNames(
  client: HubspotClient,
): Promise<{ names: ReadonlySet<string> } | DestinationProblem> {
  const answer = await callHubspot(client, 'POST', `${listsPath(client)}/search`, {
    query: PREFIX,
    offset: 0,
    count: MAX_COUNT,
    listIds: [],
    processingTypes: [],
    additionalProperties: [],
  });
  const found = answer.kind === 'ok' ? Found.safeParse(answer.json).data : undefined;
  if (!found) return segmentRefused('the list of segments', answer) ?? UNREADABLE_LIST;
  return { names: new Set(found.lists.map(({ name }) => name.toLowerCase())) };
}

const UNREADABLE_LIST = answerProblem({ kind: 'unavailable', wait: UNREADABLE });

const branch = (type: 'OR' | 'AND', filterBranches: object[], filters: readonly object[] = []) => ({
  filterBranchType: type,
  filterBranchOperator: type,
  filterBranches,
  filters,
});

const ownOf = (field: string, names: FieldNames) => names.get(field) ?? field;

/** What keeps a filter from being made. */
function lackOf(field: string, names: FieldNames, definitions: Definitions) {
  if (names.get(field) === null) {
    return { problem: `needs ${field}`, fix: `Do not leave ${field} out in FIELD_NAMES.` };
  }
  const property = ownOf(field, names);
  if (definitions.has(property)) return undefined;
  const problem = `needs ${property}, which does not exist in HubSpot`;
  return { problem, fix: 'Run npx whence-crm provision, then again with --segments.' };
}

/** A condition as HubSpot wants it, on the operator's own property where there is one. */
function filterOf(condition: Condition, names: FieldNames, definitions: Definitions) {
  const property = ownOf(condition.field, names);
  const isChoice = definitions.get(property)?.type === 'enumeration';
  const includeObjectsWithNoValueSet = condition.orEmpty ?? false;
  const operation = { ...operationOf(condition, isChoice), includeObjectsWithNoValueSet };
  return { filterType: 'PROPERTY', property, operation };
}

function operationOf({ oneOf: values, atLeast: value }: Condition, isChoice: boolean) {
  if (value !== undefined) {
    return { operationType: 'NUMBER', operator: 'IS_GREATER_THAN_OR_EQUAL_TO', value };
  }
  if (values === undefined) return { operationType: 'ALL_PROPERTY', operator: 'IS_KNOWN' };
  return isChoice
    ? { operationType: 'ENUMERATION', operator: 'IS_ANY_OF', values }
    : { operationType: 'MULTISTRING', operator: 'IS_EQUAL_TO', values };
}
