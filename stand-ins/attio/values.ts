// What an attribute takes, and how its value is shown. https://docs.attio.com/docs/attribute-types/attribute-types
import * as z from 'zod';
import { type AttioAttribute, optionBody } from './attributes.ts';
import type { AttioErrorContent } from './errors.ts';

/** A value as the workspace keeps it, in the shape in which it is shown. */
export type HeldValue = Record<string, unknown>;

const Text = z.strictObject({ value: z.string().max(10_000_000) });
const Moment = z.strictObject({ value: z.string().regex(/^\d{4}-\d{2}-\d{2}/) });
const NumberValue = z.strictObject({ value: z.number() });
const Choice = z.strictObject({ option: z.string() });
const Address = z.strictObject({ email_address: z.string() });
const PersonName = z.strictObject({
  first_name: z.string(),
  last_name: z.string(),
  full_name: z.string(),
});

/** The value as it is kept from then on, or the refusal. */
export function accept(attribute: AttioAttribute, given: unknown): HeldValue | AttioErrorContent {
  const { type, api_slug: slug } = attribute;
  const invalid: AttioErrorContent = {
    code: 'validation_type',
    message: `An invalid value was passed to attribute with slug "${slug}".`,
  };
  switch (type) {
    case 'text':
      return Text.safeParse(given).data ?? invalid;
    case 'number':
      return NumberValue.safeParse(given).data ?? invalid;
    case 'timestamp':
    case 'date': {
      const value = Moment.safeParse(given).data?.value;
      const time = Date.parse(value ?? '');
      if (Number.isNaN(time)) return invalid;
      const iso = new Date(time).toISOString();
      return { value: type === 'date' ? iso.slice(0, 10) : iso.replace('Z', '000000Z') };
    }
    case 'select': {
      const title = Choice.safeParse(given).data?.option;
      if (title === undefined) return invalid;
      const option = attribute.options.find(
        (one) => !one.isArchived && (one.title === title || one.id === title),
      );
      return option
        ? { option: optionBody(attribute, option) }
        : {
            code: 'value_not_found',
            message: `Cannot find select option with title "${title}".`,
          };
    }
    case 'email-address': {
      const address = Address.safeParse(given).data?.email_address;
      if (!address || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) {
        return { code: 'validation_type', message: `Invalid email address "${address}".` };
      }
      const [local = '', domain = ''] = address.toLowerCase().split('@');
      return {
        email_address: address.toLowerCase(),
        original_email_address: address,
        email_domain: domain,
        email_root_domain: domain.split('.').slice(-2).join('.'),
        email_local_specifier: local,
      };
    }
    case 'personal-name':
      return PersonName.safeParse(given).data ?? invalid;
    default:
      return invalid;
  }
}

export const isRefused = (value: HeldValue | AttioErrorContent): value is AttioErrorContent =>
  'code' in value && 'message' in value;

/** As answers have it: with who wrote it and when. */
export const shown = (attribute: AttioAttribute, value: HeldValue, at: string) => ({
  active_from: at,
  active_until: null,
  created_by_actor: { type: 'api-token', id: '3f1f4a5e-9f3c-4c5a-8d3b-3c2b1a0f9e8d' },
  ...value,
  attribute_type: attribute.type,
});
