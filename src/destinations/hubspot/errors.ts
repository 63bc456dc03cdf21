// What HubSpot's error bodies say, and what of it may be kept: codes and names always, personal data never.
// https://developers.hubspot.com/docs/api-reference/error-handling
import * as z from 'zod/mini';
import { parseJson } from '../../json.ts';
import type { RejectedProperty } from '../drop-rejected-properties.ts';

const text = z.catch(z.optional(z.string()), undefined);
const Context = z.catch(
  z.optional(z.record(z.string(), z.catch(z.array(z.string()), []))),
  undefined,
);

/** HubSpot's error envelope. Its documentation says to treat every member as optional. */
export const HubspotError = z.object({
  category: text,
  subCategory: text,
  message: text,
  correlationId: text,
  policyName: text,
  context: Context,
  errors: z.catch(
    z.optional(z.array(z.object({ code: text, message: text, context: Context }))),
    undefined,
  ),
});
export type HubspotError = z.infer<typeof HubspotError>;

/** True of the property for every contact. Known once, it is left out of all further records. */
const FOR_EVERY_CONTACT = ['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE'];
const FOR_ONE_VALUE = ['INVALID_OPTION'];

export const isForEveryContact = ({ code }: RejectedProperty) => FOR_EVERY_CONTACT.includes(code);

/** Whether the record can be written without the properties that are named. */
export function isDroppable(rejected: readonly RejectedProperty[] = []): boolean {
  const codes = [...FOR_EVERY_CONTACT, ...FOR_ONE_VALUE];
  return rejected.length > 0 && rejected.every(({ code }) => codes.includes(code));
}

const Embedded = z.array(z.object({ name: z.string(), error: z.string() }));

/** Which properties failed and how. HubSpot says it as a list, or as JSON inside the text of the message. */
export function rejectedProperties(error: HubspotError): readonly RejectedProperty[] {
  const { message = '', category, context, errors = [] } = error;
  const start = message.indexOf('[');
  const embedded = Embedded.safeParse(start < 0 ? undefined : parseJson(message.slice(start)));
  const named = [
    ...(embedded.data ?? []).map(({ name, error: code }) => ({ property: name, code })),
    ...errors.flatMap((detail) =>
      (detail.context?.propertyName ?? context?.propertyName ?? []).map((property) => ({
        property,
        code: detail.code ?? category ?? 'INVALID',
      })),
    ),
  ];
  const all =
    named.length > 0
      ? named
      : (context?.propertyName ?? []).map((property) => ({
          property,
          code: category ?? 'INVALID',
        }));
  return [...new Map(all.map((one) => [`${one.code} ${one.property}`, one])).values()];
}

const MAX_MESSAGE = 120;

/**
 * What HubSpot says of a refusal: category, codes and properties; its message only where these are missing, and without
 * personal data; and the correlation ID, with which HubSpot's support finds the rest. `values`: what the request held.
 */
export function describeRefusal(error: HubspotError, values: readonly string[] = []): string {
  const rejected = rejectedProperties(error);
  const codes = (error.errors ?? []).flatMap(({ code }) => code ?? []);
  const parts = [
    error.category,
    ...rejected.flatMap(({ code, property }) => [code === error.category ? '' : code, property]),
    ...(rejected.length === 0 ? codes : []),
    rejected.length === 0 && codes.length === 0 && withoutPeople(error.message ?? '', values),
    error.correlationId && `correlationId ${error.correlationId}`,
  ];
  return [...new Set(parts.filter((part) => part))].join(' ');
}

/** HubSpot quotes what it was sent. */
function withoutPeople(message: string, values: readonly string[]): string {
  const longestFirst = values
    .filter((value) => value.length > 2)
    .toSorted((a, b) => b.length - a.length);
  const own = longestFirst.reduce((rest, value) => rest.replaceAll(value, '…'), message);
  const clean = own.replace(/[^\s"'<>,;:()[\]]+@[^\s"'<>,;:()[\]]+/g, '…').replace(/\s+/g, ' ');
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
}
