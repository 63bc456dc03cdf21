// What HubSpot's error bodies say, and what of it may be kept: codes and names always, people never.
// https://developers.hubspot.com/docs/api-reference/error-handling
import * as z from 'zod/mini';
import { ifReadable, otherwise } from './otherwise.ts';

const Context = ifReadable(z.record(z.string(), otherwise(z.array(z.string()), [])));

/** HubSpot's error envelope. Its documentation says to treat every member as optional. */
export const HubspotError = z.object({
  category: ifReadable(z.string()),
  message: ifReadable(z.string()),
  correlationId: ifReadable(z.string()),
  policyName: ifReadable(z.string()),
  context: Context,
  errors: ifReadable(z.array(z.object({ code: ifReadable(z.string()), context: Context }))),
});
export type HubspotError = z.infer<typeof HubspotError>;

/** One property HubSpot does not take, and why. */
export interface Fault {
  property: string;
  code: string;
}

const Embedded = z.array(z.object({ name: z.string(), error: z.string() }));

/** Which properties failed and how. HubSpot says it as a list, or as JSON inside the message's text. */
export function faultsOf({ message = '', category, context, errors = [] }: HubspotError): Fault[] {
  const start = message.indexOf('[');
  const embedded = Embedded.safeParse(start < 0 ? undefined : parseJson(message.slice(start)));
  const named = [
    ...(embedded.data ?? []).map(({ name, error }) => ({ property: name, code: error })),
    ...errors.flatMap((detail) =>
      (detail.context?.propertyName ?? context?.propertyName ?? []).map((property) => ({
        property,
        code: detail.code ?? category ?? 'INVALID',
      })),
    ),
  ];
  if (named.length === 0) {
    const code = category ?? 'INVALID';
    for (const property of context?.propertyName ?? []) named.push({ property, code });
  }
  return [...new Map(named.map((fault) => [`${fault.code} ${fault.property}`, fault])).values()];
}

const MAX_MESSAGE = 120;

/**
 * Why HubSpot refused: category, codes and properties; where there are none, its message without people; and
 * the correlation ID, with which HubSpot's support finds the rest. `values` are those the request held.
 */
export function refusalReason(
  status: number | undefined,
  error: HubspotError,
  values: readonly string[] = [],
): string {
  const faults = faultsOf(error);
  const codes = (error.errors ?? []).flatMap(({ code }) => code ?? []);
  const parts = [
    status === undefined ? 'hubspot' : `hubspot_${status}`,
    error.category,
    ...faults.flatMap(({ code, property }) => [code === error.category ? '' : code, property]),
    ...(faults.length === 0 ? codes : []),
    faults.length === 0 && codes.length === 0 && withoutPeople(error.message ?? '', values),
    error.correlationId && `correlationId ${error.correlationId}`,
  ];
  return [...new Set(parts.filter((part) => part))].join(' ').slice(0, 500);
}

/** HubSpot quotes what it was sent. */
function withoutPeople(message: string, values: readonly string[]): string {
  const longestFirst = values
    .filter((value) => value.length > 2)
    .toSorted((a, b) => b.length - a.length);
  const own = longestFirst.reduce((text, value) => text.replaceAll(value, '…'), message);
  const text = own.replace(/[^\s"'<>,;:()[\]]+@[^\s"'<>,;:()[\]]+/g, '…').replace(/\s+/g, ' ');
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
