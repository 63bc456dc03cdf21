// The property group and the properties in HubSpot: created when missing, reported when in the way, never changed.
import * as z from 'zod/mini';
import type { DestinationProblem, Prepared } from '../destination.ts';
import { type Field, isOurs } from '../field.ts';
import { callHubspot, type HubspotClient, type NoAnswer, propertiesPath } from './client.ts';
import { creationFailed, creationRefused, propertyIn } from './creation-refused.ts';
import { isUnread, readDefinitions } from './definitions.ts';
import { HubspotError } from './errors.ts';
import { answerProblem, problemsOf } from './properties.ts';

const GROUP = 'datafast';

const FIELD_TYPES: Readonly<Record<Field['type'], string>> = {
  string: 'text',
  number: 'number',
  datetime: 'date',
  enumeration: 'select',
};

/** The versions whose `PropertyCreate` has `numberDisplayHint`. 2026-09 has dropped it. */
const WITH_HINTS = ['2026-03'];
/** HubSpot's `numberDisplayHint`. */
const HINTS: Readonly<Record<NonNullable<Field['unit']>, string>> = {
  count: 'formatted',
  points: 'unformatted',
  us_dollars: 'currency',
  share: 'percentage',
  probability: 'probability',
};

const Groups = z.object({ results: z.array(z.object({ name: z.string() })) });
const Created = z.object({
  results: z._default(z.array(z.object({ name: z.string() })), []),
  errors: z._default(z.array(z.catch(HubspotError, {})), []),
});

/** Creates what is missing. Repeating it creates nothing. */
export async function provision(
  client: HubspotClient,
  fields: readonly Field[],
): Promise<Prepared> {
  const nothing = (...problems: readonly DestinationProblem[]): Prepared => ({
    created: [],
    problems,
  });
  const definitions = await readDefinitions(client);
  if (isUnread(definitions)) return nothing(answerProblem(definitions));
  const absent = fields.filter((field) => isOurs(field) && !definitions.has(field.property));
  if (absent.length === 0) return nothing(...problemsOf(fields, definitions));

  // To create an archived name would restore it with what it held, under our definition.
  const archived = await readDefinitions(client, true);
  if (isUnread(archived)) return nothing(answerProblem(archived));
  const wanted = absent.filter(({ property }) => !archived.has(property));
  if (wanted.length === 0) return nothing(...problemsOf(fields, definitions, archived));

  const made = await create(client, wanted);
  if ('kind' in made) return nothing(creationFailed(made, GROUP, namesOf(wanted)));

  // What counts is what is there afterwards. A list that lags behind its own creations is no problem.
  const after = await readDefinitions(client);
  if (isUnread(after)) return { created: made.created, problems: [answerProblem(after)] };
  const isThere = (property: string) => after.has(property) || made.created.includes(property);
  // Another run has just created it, which is as good.
  const refusals = made.refusals.filter(({ key, code }) =>
    key === GROUP && code === 'name_taken'
      ? !wanted.every(({ property }) => isThere(property))
      : !isThere(key),
  );
  const settled = fields.filter(
    ({ property }) => after.has(property) || !made.created.includes(property),
  );
  return {
    created: made.created,
    problems: withRefusals(problemsOf(settled, after, archived), refusals),
  };
}

/** What is missing because HubSpot refused to create it is not fixed by creating it again. */
function withRefusals(
  problems: readonly DestinationProblem[],
  refusals: readonly DestinationProblem[],
): readonly DestinationProblem[] {
  const named = refusals.map(({ key }) => key);
  const fix = refusals.find(({ key }) => key === GROUP)?.fix ?? refusals[0]?.fix;
  const others = problems
    .filter(({ key }) => !named.includes(key))
    .map((problem) => (problem.isCreatable && fix ? { ...problem, fix } : problem));
  return [...refusals, ...others];
}

const namesOf = (wanted: readonly Field[]) => wanted.map(({ property }) => property);

interface Made {
  created: readonly string[];
  refusals: readonly DestinationProblem[];
}

async function create(client: HubspotClient, wanted: readonly Field[]): Promise<Made | NoAnswer> {
  const path = propertiesPath(client);
  const refused = await ensureGroup(client, path);
  if (refused) return refused;
  const hasHints = WITH_HINTS.includes(client.apiVersion);
  const answer = await callHubspot(client, 'POST', `${path}/batch/create`, {
    inputs: wanted.map((field) => definitionOf(field, hasHints)),
  });
  if (answer.kind !== 'ok') return answer;
  const { results = [], errors = [] } = Created.safeParse(answer.json).data ?? {};
  const names = namesOf(wanted);
  const refusals = errors.map((error) => creationRefused(propertyIn(error, names) ?? GROUP, error));
  // HubSpot may say the same of each property, without its name.
  const distinct = new Map(refusals.map((one) => [`${one.key} ${one.problem}`, one]));
  return { created: results.map(({ name }) => name), refusals: [...distinct.values()] };
}

async function ensureGroup(client: HubspotClient, path: string): Promise<NoAnswer | undefined> {
  const groups = await callHubspot(client, 'GET', `${path}/groups`);
  const named = groups.kind === 'ok' ? Groups.safeParse(groups.json).data?.results : [];
  if (named?.some(({ name }) => name === GROUP)) return undefined;
  const made = await callHubspot(client, 'POST', `${path}/groups`, {
    name: GROUP,
    label: 'DataFast',
  });
  // 409: another run has just created it.
  const isThere = made.kind === 'ok' || (made.kind === 'refused' && made.status === 409);
  return isThere ? undefined : made;
}

function definitionOf(field: Field, hasHints: boolean) {
  return {
    groupName: GROUP,
    name: field.property,
    label: field.label,
    description: field.description,
    type: field.type,
    fieldType: FIELD_TYPES[field.type],
    numberDisplayHint: hasHints && field.unit ? HINTS[field.unit] : undefined,
    options: field.options?.map((value, displayOrder) => ({
      label: value,
      value,
      displayOrder,
      hidden: false,
    })),
  };
}
