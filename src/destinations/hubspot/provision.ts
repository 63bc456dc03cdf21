// The property group and the properties in HubSpot: created when missing, reported when in the way, never changed.
import * as z from 'zod';
import type { Problem } from '../../model.ts';
import type { Prepared } from '../destination.ts';
import type { Field } from '../field.ts';
import {
  type Answer,
  callHubspot,
  type HubspotOptions,
  propertiesPath,
  refusalReason,
} from './client.ts';

const GROUP = 'datafast';

const FIELD_TYPES: Readonly<Record<Field['type'], string>> = {
  string: 'text',
  number: 'number',
  datetime: 'date',
  enumeration: 'select',
};

const Definitions = z.object({
  results: z.array(z.object({ name: z.string(), type: z.string() })),
});
const Groups = z.object({ results: z.array(z.object({ name: z.string() })) });
const Created = z.object({
  results: z.array(z.object({ name: z.string() })).default([]),
});

/** What stands in the way of writing `fields`: properties that are missing or of another type. */
export async function checkProperties(
  options: HubspotOptions,
  fields: readonly Field[],
): Promise<readonly Problem[]> {
  const types = await propertyTypes(options);
  if ('problem' in types) return [types.problem];
  return fields.flatMap((field) => {
    const type = types.get(field.property);
    if (type === undefined) return [missing(field)];
    return type === field.type ? [] : [conflict(field, type)];
  });
}

/** Creates what is missing. Repeating it creates nothing. */
export async function provision(
  options: HubspotOptions,
  fields: readonly Field[],
): Promise<Prepared> {
  const types = await propertyTypes(options);
  if ('problem' in types) return { created: [], problems: [types.problem] };
  const absent = fields.filter(({ property }) => !types.has(property));
  if (absent.length === 0) return { created: [], problems: await checkProperties(options, fields) };

  const path = propertiesPath(options);
  const groups = await callHubspot(options, 'GET', `${path}/groups`);
  const named = groups.kind === 'ok' ? Groups.safeParse(groups.json).data?.results : [];
  if (!named?.some(({ name }) => name === GROUP)) {
    const made = await callHubspot(options, 'POST', `${path}/groups`, {
      name: GROUP,
      label: 'DataFast',
    });
    // 409: somebody else has just made it, which is as good.
    if (made.kind !== 'ok' && !(made.kind === 'refused' && made.status === 409)) {
      return { created: [], problems: [requestProblem(made)] };
    }
  }

  const answer = await callHubspot(options, 'POST', `${path}/batch/create`, {
    inputs: absent.map(definition),
  });
  if (answer.kind !== 'ok') return { created: [], problems: [requestProblem(answer)] };
  const created = Created.safeParse(answer.json).data?.results.map(({ name }) => name) ?? [];
  // What counts is what stands there afterwards, not what the request said.
  return { created, problems: await checkProperties(options, fields) };
}

function definition(field: Field) {
  return {
    groupName: GROUP,
    name: field.property,
    label: field.label,
    description: field.description,
    type: field.type,
    fieldType: FIELD_TYPES[field.type],
    options: field.options?.map((value, displayOrder) => ({
      label: value,
      value,
      displayOrder,
      hidden: false,
    })),
  };
}

async function propertyTypes(
  options: HubspotOptions,
): Promise<ReadonlyMap<string, string> | { problem: Problem }> {
  const answer = await callHubspot(options, 'GET', propertiesPath(options));
  if (answer.kind !== 'ok') return { problem: requestProblem(answer) };
  const parsed = Definitions.safeParse(answer.json);
  if (!parsed.success) return { problem: unexpected('hubspot_answer_unreadable') };
  return new Map(parsed.data.results.map(({ name, type }) => [name, type]));
}

/** What the operator can do about the token, by reason. */
const TOKEN_FIXES: Readonly<Record<string, string>> = {
  hubspot_token_missing: 'Set it to a HubSpot service key.',
  hubspot_unauthorized: 'HubSpot does not know this key: create a new service key.',
  hubspot_scope_missing:
    'Give the key crm.objects.contacts.read, crm.objects.contacts.write and, for creating properties, crm.schemas.contacts.write.',
};

function requestProblem(answer: Exclude<Answer, { kind: 'ok' }>): Problem {
  if (answer.kind === 'refused') return unexpected(refusalReason(answer.status, answer.error));
  const fix = TOKEN_FIXES[answer.retry.reason];
  return fix
    ? { key: 'HUBSPOT_TOKEN', problem: answer.retry.reason, fix }
    : { key: 'HUBSPOT_URL', problem: answer.retry.reason, fix: 'Try again in a minute.' };
}

function unexpected(problem: string): Problem {
  return { key: 'HUBSPOT_URL', problem, fix: 'Check that it is HubSpot that answers there.' };
}

function missing({ property }: Field): Problem {
  return { key: property, problem: 'does not exist in HubSpot', fix: 'Run npm run provision.' };
}

function conflict({ property, type }: Field, actual: string): Problem {
  return {
    key: property,
    problem: `is a ${actual} in HubSpot, and Whence writes a ${type}`,
    fix: 'Rename or delete that property in HubSpot, then run npm run provision.',
  };
}
