// The lists of the account, which HubSpot calls segments: found by name, and created with filters on properties.
// https://developers.hubspot.com/docs/api-reference/2026-03/crm/lists/guide
import type { Context, Handler } from 'hono';
import * as z from 'zod';
import { readBody, refuse } from './errors.ts';
import type { Portal } from './portal.ts';

const base = { includeObjectsWithNoValueSet: z.boolean() };
/** Those that fit a property of the type. */
const Operation = z.discriminatedUnion('operationType', [
  z.strictObject({
    ...base,
    operationType: z.literal('ENUMERATION'),
    operator: z.enum(['IS_ANY_OF', 'IS_NONE_OF']),
    values: z.array(z.string()).min(1),
  }),
  z.strictObject({
    ...base,
    operationType: z.literal('MULTISTRING'),
    operator: z.enum(['IS_EQUAL_TO', 'IS_NOT_EQUAL_TO']),
    values: z.array(z.string()).min(1),
  }),
  z.strictObject({
    ...base,
    operationType: z.literal('NUMBER'),
    operator: z.enum(['IS_GREATER_THAN_OR_EQUAL_TO', 'IS_LESS_THAN', 'IS_EQUAL_TO']),
    value: z.number(),
  }),
  z.strictObject({
    ...base,
    operationType: z.literal('ALL_PROPERTY'),
    operator: z.enum(['IS_KNOWN', 'IS_UNKNOWN']),
  }),
]);
const Filter = z.strictObject({
  filterType: z.literal('PROPERTY'),
  property: z.string().min(1),
  operation: Operation,
});
const AndBranch = z.strictObject({
  filterBranchType: z.literal('AND'),
  filterBranchOperator: z.literal('AND'),
  filterBranches: z.array(z.never()),
  filters: z.array(Filter).min(1),
});
/** The root is an OR of ANDs, and has no filters itself. */
const OrBranch = z.strictObject({
  filterBranchType: z.literal('OR'),
  filterBranchOperator: z.literal('OR'),
  filterBranches: z.array(AndBranch).min(1),
  filters: z.array(z.never()),
});

export const ListCreate = z.strictObject({
  name: z.string().min(1),
  objectTypeId: z.string(),
  processingType: z.enum(['DYNAMIC', 'MANUAL', 'SNAPSHOT']),
  filterBranch: OrBranch.optional(),
});
export const ListSearch = z.strictObject({
  query: z.string().optional(),
  offset: z.int(),
  count: z.int().max(500).optional(),
  listIds: z.array(z.string()),
  processingTypes: z.array(z.string()),
  additionalProperties: z.array(z.string()),
  objectTypeId: z.string().optional(),
});

export type HubspotList = z.infer<typeof ListCreate> & {
  listId: string;
  listVersion: 1;
  processingStatus: 'COMPLETE';
};

const FITTING: Readonly<Record<z.infer<typeof Operation>['operationType'], readonly string[]>> = {
  ENUMERATION: ['enumeration', 'bool'],
  MULTISTRING: ['string'],
  NUMBER: ['number'],
  ALL_PROPERTY: ['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string'],
};

export function createLists({ properties }: Portal, maxActive: number) {
  const all: HubspotList[] = [];
  const add = (given: z.infer<typeof ListCreate>): HubspotList => {
    const list: HubspotList = {
      ...given,
      listId: String(all.length + 1),
      listVersion: 1,
      processingStatus: 'COMPLETE',
    };
    all.push(list);
    return list;
  };

  const search: Handler = async (c) => {
    const body = await readBody(c, ListSearch);
    if (body instanceof Response) return body;
    const { query = '', offset, count = 20, objectTypeId } = body;
    const found = all.filter(
      (list) =>
        list.name.toLowerCase().includes(query.toLowerCase()) &&
        (!objectTypeId || objectTypeId === list.objectTypeId),
    );
    const lists = found
      .slice(offset, offset + count)
      .map(({ filterBranch: _, ...list }) => ({ ...list, additionalProperties: {} }));
    const next = offset + lists.length;
    return c.json({ lists, offset: next, hasMore: next < found.length, total: found.length });
  };

  const create: Handler = async (c) => {
    const body = await readBody(c, ListCreate);
    if (body instanceof Response) return body;
    const isTaken = all.some(({ name }) => name.toLowerCase() === body.name.toLowerCase());
    if (isTaken) {
      const message = `A list with the name '${body.name}' already exists.`;
      return invalid(c, message, 'ILS.DUPLICATE_LIST_NAMES');
    }
    if (body.processingType !== 'MANUAL' && !body.filterBranch) {
      return invalid(c, 'A list that is not MANUAL needs a filterBranch.');
    }
    for (const { property, operation } of body.filterBranch?.filterBranches.flatMap(
      ({ filters }) => filters,
    ) ?? []) {
      const definition = properties.get(property);
      if (!definition) return invalid(c, `Property '${property}' does not exist.`);
      if (!FITTING[operation.operationType].includes(definition.type)) {
        return invalid(c, `${operation.operationType} does not fit '${property}'.`);
      }
      const values = operation.operationType === 'ENUMERATION' ? operation.values : [];
      const unknown = values.find(
        (value) => !definition.options.some((one) => one.value === value),
      );
      if (unknown !== undefined) return invalid(c, `'${unknown}' is no option of '${property}'.`);
    }
    if (all.filter(({ processingType }) => processingType === 'DYNAMIC').length >= maxActive) {
      // HubSpot does not document what it says here.
      const message = `You have reached the limit of ${maxActive} active lists of your subscription.`;
      return refuse(c, 403, { message, category: 'LIMIT_EXCEEDED' });
    }
    return c.json({ list: add(body) });
  };

  return {
    all,
    search,
    create,
    add(name: string, objectTypeId = '0-1') {
      add({ name, objectTypeId, processingType: 'MANUAL' });
    },
  };
}

const invalid = (c: Context, message: string, subCategory?: string) =>
  refuse(c, 400, { message, category: 'VALIDATION_ERROR', ...(subCategory && { subCategory }) });
