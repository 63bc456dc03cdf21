// The people of one Attio workspace: created, changed and found as documented.
import { type AttioAttribute, OBJECT_ID, WORKSPACE_ID } from './attributes.ts';
import type { AttioErrorContent } from './errors.ts';
import { accept, type HeldValue, isRefused, shown } from './values.ts';

export interface AttioPerson {
  id: string;
  createdAt: string;
  /** By slug; the newest first. */
  values: Map<string, HeldValue[]>;
}

export interface People {
  all: Map<string, AttioPerson>;
  byAddress(address: string): AttioPerson | undefined;
  create(values: Values): AttioPerson | AttioErrorContent;
  /** A value of an attribute that takes one replaces it; those of one that takes several come before the others. */
  change(person: AttioPerson, values: Values): AttioErrorContent | undefined;
}

type Values = Readonly<Record<string, readonly unknown[]>>;

export function createPeople(
  attributes: ReadonlyMap<string, AttioAttribute>,
  timestamp: () => string,
): People {
  const all = new Map<string, AttioPerson>();
  const byAddress = (address: string) =>
    [...all.values()].find(({ values }) =>
      values.get('email_addresses')?.some((one) => one.email_address === address.toLowerCase()),
    );

  function read(
    values: Values,
    owner?: AttioPerson,
  ): [AttioAttribute, HeldValue[]][] | AttioErrorContent {
    const accepted: [AttioAttribute, HeldValue[]][] = [];
    for (const [slug, given] of Object.entries(values)) {
      const attribute = attributes.get(slug);
      if (!attribute || attribute.is_archived) {
        return {
          code: 'value_not_found',
          message: `Cannot find attribute with slug/ID "${slug}".`,
        };
      }
      if (!attribute.is_writable) {
        return { code: 'system_edit_unauthorized', message: `"${slug}" cannot be written.` };
      }
      if (given.length > 1 && !attribute.is_multiselect) {
        return { code: 'validation_type', message: `"${slug}" takes one value.` };
      }
      const held: HeldValue[] = [];
      for (const one of given) {
        const value = accept(attribute, one);
        if (isRefused(value)) return value;
        const taken = attribute.is_unique && byAddress(String(value.email_address));
        if (taken && taken !== owner) {
          return {
            code: 'uniqueness_conflict',
            message: `The value "${JSON.stringify(one)}" provided for attribute with ID "${attribute.id}" conflicts with one already in the system.`,
          };
        }
        held.push(value);
      }
      accepted.push([attribute, held]);
    }
    return accepted;
  }

  function change(person: AttioPerson, values: Values): AttioErrorContent | undefined {
    const accepted = read(values, person);
    if (!Array.isArray(accepted)) return accepted;
    for (const [{ api_slug: slug, is_multiselect: takesSeveral }, held] of accepted) {
      const before = takesSeveral ? (person.values.get(slug) ?? []) : [];
      const others = before.filter(
        (one) => !held.some(({ email_address: address }) => address === one.email_address),
      );
      person.values.set(slug, [...held, ...others]);
    }
    return undefined;
  }

  return {
    all,
    byAddress,
    change,
    create(values) {
      const person: AttioPerson = {
        id: crypto.randomUUID(),
        createdAt: timestamp(),
        values: new Map(),
      };
      const refusal = change(person, values);
      if (refusal) return refusal;
      all.set(person.id, person);
      return person;
    },
  };
}

/** The record as every answer has it: all attributes, also those without a value. */
export function recordBody(
  { id, createdAt, values }: AttioPerson,
  attributes: ReadonlyMap<string, AttioAttribute>,
) {
  return {
    id: { workspace_id: WORKSPACE_ID, object_id: OBJECT_ID, record_id: id },
    created_at: createdAt,
    web_url: `https://app.attio.com/acme/person/${id}`,
    values: Object.fromEntries(
      [...attributes.values()]
        .filter((attribute) => !attribute.is_archived)
        .map((attribute) => [
          attribute.api_slug,
          (values.get(attribute.api_slug) ?? []).map((value) => shown(attribute, value, createdAt)),
        ]),
    ),
  };
}
