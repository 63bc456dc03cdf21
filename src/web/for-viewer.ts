// What a viewer sees: who came from where, and never who it was. One rule for pages, API, CSV and preview: no address, no
// name, no user ID, and no message of a provider. Pages show `j…@example.com` instead, so that rows can be told apart.
import type { Context } from 'hono';
import type { OpenDestination, PreviewedProperty } from '../destinations/destination.ts';
import type { Field } from '../destinations/field.ts';
import type { SignupDetail, SignupRow } from '../ledger/query.ts';
import { Signup } from '../model.ts';
import type { WebEnv } from './web.ts';

export const isViewer = (c: Context<WebEnv>): boolean => c.get('caller')?.role === 'viewer';

/** `jane@example.com` → `j…@example.com`. */
function masked(email: string): string {
  const [first = ''] = email;
  return `${first}…${email.slice(email.lastIndexOf('@'))}`;
}

/** What a page calls the signup. */
export function nameOf({ id, email }: Pick<SignupRow, 'id' | 'email'>, isMasked: boolean): string {
  if (email === null) return id;
  return isMasked ? masked(email) : email;
}

/** What a service says may quote the address. */
const withoutQuote = <Said extends { detail: string | null }>(said: Said): Said =>
  said.detail?.includes('@') ? { ...said, detail: null } : said;

export const rowForViewer = (row: SignupRow): SignupRow => ({
  ...row,
  email: null,
  deliveries: row.deliveries.map(withoutQuote),
});

type Destination = Pick<OpenDestination, 'name' | 'fields'>;

/** Without the address, the message, and the values that name the person. */
export function detailForViewer(
  detail: SignupDetail,
  destinations: readonly Destination[],
): SignupDetail {
  const { name = '', userId = '' } = Signup.safeParse(detail.signup).data ?? {};
  const { email } = detail;
  const personal = new Set([userId, name, ...name.split(/\s+/)].map(lower));
  const namesPerson = (value: string) =>
    personal.has(value) || (email !== null && value.includes(lower(email)));
  const deliveries = detail.deliveries.map((delivery) => {
    const hidden = personalProperties(delivery.destination, destinations);
    const shown = Object.entries(delivery.fields ?? {}).filter(
      ([property, value]) => !hidden.has(property) && !namesPerson(lower(value)),
    );
    return {
      ...withoutQuote(delivery),
      history: delivery.history?.map(withoutQuote) ?? null,
      fields: delivery.fields && Object.fromEntries(shown),
    };
  });
  return { ...detail, email: null, signup: null, deliveries };
}

/** The rows of a preview that are about the journey. */
export function previewForViewer(
  properties: readonly PreviewedProperty[],
  destination: Destination,
): readonly PreviewedProperty[] {
  const hidden = personalProperties(destination.name, [destination]);
  return properties.filter(({ property }) => !hidden.has(property));
}

function personalProperties(
  name: string,
  destinations: readonly Destination[],
): ReadonlySet<string> {
  const fields = destinations.find((one) => one.name === name)?.fields ?? [];
  return new Set(fields.filter(isOfPerson).map(({ property }) => property));
}

/** What the journey says is written by other rules. */
const isOfPerson = ({ write }: Pick<Field, 'write'>) =>
  write === 'when_new' || write === 'when_empty';

const lower = (text: string) => text.toLowerCase();
