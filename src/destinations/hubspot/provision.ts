// The property group and the properties in HubSpot: created when missing, reported when in the way, never changed.
import * as z from 'zod/mini';
import type { Problem } from '../../model.ts';
import type { Prepared } from '../destination.ts';
import type { Field } from '../field.ts';
import { type Answer, callHubspot, type HubspotOptions, propertiesPath } from './client.ts';
import { conflictOf, type Definition, readDefinitions } from './definitions.ts';
import { HubspotError, refusalReason } from './errors.ts';
import { otherwise } from './otherwise.ts';

const GROUP = 'datafast';

const FIELD_TYPES: Readonly<Record<Field['type'], string>> = {
  string: 'text',
  number: 'number',
  datetime: 'date',
  enumeration: 'select',
};

const Groups = z.object({ results: z.array(z.object({ name: z.string() })) });
const Created = z.object({
  results: z._default(z.array(z.object({ name: z.string() })), []),
  errors: z._default(z.array(otherwise(HubspotError, {})), []),
});

/** What stands in the way of writing the table: properties that are missing or of another kind. */
export async function checkProperties(
  options: HubspotOptions,
  table: readonly Field[],
): Promise<readonly Problem[]> {
  const definitions = await readDefinitions(options);
  return 'kind' in definitions ? [requestProblem(definitions)] : problemsOf(table, definitions);
}

/** Creates what is missing. Repeating it creates nothing. */
export async function provision(
  options: HubspotOptions,
  table: readonly Field[],
): Promise<Prepared> {
  const failed = (...problems: Problem[]): Prepared => ({ created: [], problems });
  const definitions = await readDefinitions(options);
  if ('kind' in definitions) return failed(requestProblem(definitions));
  const absent = table.filter((field) => isOurs(field) && !definitions.has(field.property));
  if (absent.length === 0) return failed(...problemsOf(table, definitions));

  // To create an archived name would bring it back with whatever it held, as our definition.
  const archived = await readDefinitions(options, true);
  if ('kind' in archived) return failed(requestProblem(archived));
  const wanted = absent.filter(({ property }) => !archived.has(property));
  if (wanted.length === 0) return failed(...problemsOf(table, definitions, archived));

  const path = propertiesPath(options);
  const refused = await ensureGroup(options, path);
  if (refused) return failed(requestProblem(refused));
  const answer = await callHubspot(options, 'POST', `${path}/batch/create`, {
    inputs: wanted.map(definition),
  });
  if (answer.kind !== 'ok') return failed(requestProblem(answer));
  const made = Created.safeParse(answer.json).data;
  const created = made?.results.map(({ name }) => name) ?? [];

  // What counts is what stands there afterwards; a list that lags behind its own creations is forgiven.
  const after = await readDefinitions(options);
  if ('kind' in after) return { created, problems: [requestProblem(after)] };
  const settled = table.filter(
    ({ property }) => after.has(property) || !created.includes(property),
  );
  const refusals = (made?.errors ?? [])
    .filter(({ category }) => category !== 'OBJECT_ALREADY_EXISTS')
    .map((error): Problem => {
      const fix = 'Mend it in HubSpot, Settings → Properties, then run npm run provision.';
      return { key: GROUP, problem: refusalReason(undefined, error), fix };
    });
  return { created, problems: [...refusals, ...problemsOf(settled, after, archived)] };
}

/** HubSpot's own properties are there or not; the operator's are theirs to create. */
const isOurs = ({ isMapped, write }: Field) =>
  !isMapped && (write === 'once' || write === 'always');

async function ensureGroup(
  options: HubspotOptions,
  path: string,
): Promise<Exclude<Answer, { kind: 'ok' }> | undefined> {
  const groups = await callHubspot(options, 'GET', `${path}/groups`);
  const named = groups.kind === 'ok' ? Groups.safeParse(groups.json).data?.results : [];
  if (named?.some(({ name }) => name === GROUP)) return undefined;
  const made = await callHubspot(options, 'POST', `${path}/groups`, {
    name: GROUP,
    label: 'DataFast',
  });
  // 409: somebody else has just made it, which is as good.
  const isThere = made.kind === 'ok' || (made.kind === 'refused' && made.status === 409);
  return isThere ? undefined : made;
}

function definition(field: Field) {
  return {
    groupName: GROUP,
    name: field.property,
    label: field.label,
    description: field.description,
    type: field.type,
    fieldType: FIELD_TYPES[field.type],
    numberDisplayHint: field.hint,
    options: field.options?.map((value, displayOrder) => ({
      label: value,
      value,
      displayOrder,
      hidden: false,
    })),
  };
}

function problemsOf(
  table: readonly Field[],
  definitions: ReadonlyMap<string, Definition>,
  archived?: ReadonlyMap<string, Definition>,
): Problem[] {
  return table.flatMap((field) => {
    const there = definitions.get(field.property);
    if (there) return conflictOf(field, there) ?? [];
    return missing(field, archived?.has(field.property) ?? false);
  });
}

function missing(field: Field, isArchived: boolean): Problem {
  const key = field.property;
  if (isArchived) {
    const fix = 'Restore it in HubSpot, Settings → Properties → Archived, or delete it there.';
    return { key, problem: 'is archived in HubSpot', fix };
  }
  const problem = 'does not exist in HubSpot';
  if (field.isMapped) {
    return { key, problem, fix: 'Create it in HubSpot, or mend FIELD_NAMES.' };
  }
  return isOurs(field)
    ? { key, problem, fix: 'Run npm run provision.' }
    : { key, problem, fix: `Leave it out: FIELD_NAMES={"${key}":null}` };
}

/** What the operator can do about the token, by the first word of the reason. */
const TOKEN_FIXES: Readonly<Record<string, string>> = {
  hubspot_token_missing: 'Set it to a HubSpot service key.',
  hubspot_unauthorized: 'HubSpot does not know this key: create a new service key.',
  hubspot_scope_missing:
    'Give the key crm.objects.contacts.read, crm.objects.contacts.write and, for creating properties, crm.schemas.contacts.write.',
};

/** What to tell the operator of a request that came to nothing. */
export function requestProblem(answer: Exclude<Answer, { kind: 'ok' }>): Problem {
  if (answer.kind === 'refused') {
    const problem = refusalReason(answer.status, answer.error);
    return { key: 'HUBSPOT_URL', problem, fix: 'Check that it is HubSpot that answers there.' };
  }
  const { reason } = answer.retry;
  const fix = TOKEN_FIXES[reason.split(' ')[0] ?? ''];
  return fix
    ? { key: 'HUBSPOT_TOKEN', problem: reason, fix }
    : { key: 'HUBSPOT_URL', problem: reason, fix: 'Try again in a minute.' };
}
