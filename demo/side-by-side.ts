// The same people at every destination, side by side, and where they differ from HubSpot.
import Table from 'cli-table3';
import type { Stage } from './stage.ts';

/** What a person must have alike everywhere. */
const ALIKE = ['datafast_channel', 'datafast_source', 'datafast_campaign'];

/** Prints the table of those that are `shown`; returns what differs, of everybody. */
export function showSideBySide(
  { hubspot, attio, stripe, customers }: Stage,
  emails: readonly string[],
  shown: ReadonlySet<string>,
): readonly string[] {
  const differences: string[] = [];
  const table = new Table({
    head: ['email', 'HubSpot', 'Attio', 'Stripe metadata'],
    style: { head: [], border: [], compact: true },
  });
  for (const email of emails) {
    const properties = hubspot.contact(email)?.properties;
    const values = attio.texts(email);
    const { metadata } = stripe.customer(customers.get(email) ?? '') ?? {};
    if (shown.has(email))
      table.push([email, inShort(properties), inShort(values), inShort(metadata)]);
    const isTold = metadata?.datafast_channel !== undefined;
    for (const property of ALIKE) {
      const held = properties?.[property];
      if (values?.[property] !== held) {
        differences.push(
          `${email}: ${property} is "${values?.[property]}" in Attio, not "${held}"`,
        );
      }
      if (isTold && metadata[property] !== held) {
        differences.push(
          `${email}: ${property} is "${metadata[property]}" in Stripe, not "${held}"`,
        );
      }
    }
  }
  console.log(`The same people side by side (Stripe knows those who have paid):\n${table}\n`);
  return differences;
}

const inShort = (held: Readonly<Record<string, string>> = {}): string =>
  [held.datafast_channel, held.datafast_source].filter((text) => text).join(' · ');
