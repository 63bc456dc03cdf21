// Property definitions and their groups: listed, and created one by one or in a batch.
import type { Handler } from 'hono';
import * as z from 'zod';
import {
  defineProperty,
  faultOf,
  GroupCreate,
  isInternalName,
  PropertyCreate,
  type PropertyDefinition,
  type PropertyGroup,
} from './definitions.ts';
import { type ErrorContent, readBody, refuse } from './errors.ts';
import { MAX_BATCH_SIZE, type Portal } from './portal.ts';

export function listProperties(portal: Portal): Handler {
  return (c) => {
    const isArchive = c.req.query('archived') === 'true';
    const listed = isArchive ? portal.archived : portal.properties;
    const age = ({ createdAt }: PropertyDefinition) =>
      Date.parse(portal.timestamp()) - Date.parse(createdAt);
    const results = [...listed.values()].filter(
      (property) => property.hubspotDefined || age(property) >= portal.listLagMs,
    );
    return c.json({ results });
  };
}

export function readProperty({ properties }: Portal): Handler {
  return (c) => {
    const name = c.req.param('name') ?? '';
    const property = properties.get(name);
    if (property) return c.json(property);
    const message = `Property "${name}" does not exist`;
    return refuse(c, 404, { message, category: 'OBJECT_NOT_FOUND' });
  };
}

export function createProperty(portal: Portal): Handler {
  return async function createOneProperty(c) {
    const body = await readBody(c, PropertyCreate);
    if (body instanceof Response) return body;
    const created = add(portal, body);
    if (created.ok) return c.json(created.property, 201);
    return refuse(c, created.status, created.error);
  };
}

const BatchCreate = z.object({ inputs: z.array(PropertyCreate) });

export function createProperties(portal: Portal): Handler {
  return async function createBatchOfProperties(c) {
    const body = await readBody(c, BatchCreate);
    if (body instanceof Response) return body;
    const { length } = body.inputs;
    if (length > MAX_BATCH_SIZE) {
      const message = `A batch holds at most ${MAX_BATCH_SIZE} inputs, not ${length}`;
      return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
    }

    const outcomes = body.inputs.map((input) => add(portal, input));
    const at = portal.timestamp();
    const answer = {
      status: 'COMPLETE',
      results: outcomes.flatMap((outcome) => (outcome.ok ? [outcome.property] : [])),
      startedAt: at,
      completedAt: at,
    };
    const errors = outcomes.flatMap((outcome) =>
      outcome.ok ? [] : [{ status: 'error', errors: [], links: {}, ...outcome.error }],
    );
    const partial = { ...answer, numErrors: errors.length, errors };
    // 2026-09 documents nothing but 200.
    if (c.req.param('version') === '2026-09') return c.json(errors.length > 0 ? partial : answer);
    return errors.length > 0 ? c.json(partial, 207) : c.json(answer, 201);
  };
}

export function listGroups({ groups }: Portal): Handler {
  return (c) => c.json({ results: [...groups.values()] });
}

export function createGroup({ groups }: Portal): Handler {
  return async function createPropertyGroup(c) {
    const body = await readBody(c, GroupCreate);
    if (body instanceof Response) return body;
    if (groups.has(body.name)) {
      const message = `A property group named '${body.name}' already exists.`;
      return refuse(c, 409, { message, category: 'OBJECT_ALREADY_EXISTS' });
    }
    if (!isInternalName(body.name)) {
      const message = `Property group name "${body.name}" is invalid`;
      return refuse(c, 400, { message, category: 'VALIDATION_ERROR' });
    }
    const group: PropertyGroup = { displayOrder: -1, ...body, archived: false };
    groups.set(group.name, group);
    return c.json(group, 201);
  };
}

type Added =
  | { ok: true; property: PropertyDefinition }
  | { ok: false; status: 400 | 409; error: ErrorContent };

/** An archived name becomes active again, with the new definition. */
function add(portal: Portal, input: PropertyCreate): Added {
  const { properties, archived, groups, timestamp, maxCustomProperties } = portal;
  if (properties.has(input.name)) {
    const error = {
      message: `A property named '${input.name}' already exists.`,
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    };
    return { ok: false, status: 409, error };
  }
  const custom = [...properties.values()].filter(({ hubspotDefined }) => !hubspotDefined);
  if (custom.length >= maxCustomProperties) {
    // HubSpot does not document what it says here.
    const error = {
      message: `You have reached the limit of ${maxCustomProperties} custom properties of your account.`,
      category: 'VALIDATION_ERROR',
    };
    return { ok: false, status: 400, error };
  }
  const unique = [...properties.values()].filter((property) => property.hasUniqueValue);
  const fault = faultOf(input, groups, unique.length);
  if (fault) {
    const error = { message: fault.message, category: 'VALIDATION_ERROR', errors: [fault] };
    return { ok: false, status: 400, error };
  }
  const property = defineProperty(input, { at: timestamp() });
  archived.delete(property.name);
  properties.set(property.name, property);
  return { ok: true, property };
}
