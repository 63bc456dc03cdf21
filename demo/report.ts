// What has arrived at the destinations, and how it differs from what is expected. The tables show those who sign up now.
import Table from 'cli-table3';
import { reportEvents } from './events.ts';
import type { Expected, Persona } from './personas.ts';
import { showSideBySide } from './side-by-side.ts';
import type { Stage } from './stage.ts';

export interface People {
  /** Of the last month. */
  history: readonly Persona[];
  /** Who sign up now. */
  live: readonly Persona[];
}

const COLUMNS: readonly { key: keyof Expected; property: string }[] = [
  { key: 'match', property: 'datafast_match' },
  { key: 'channel', property: 'datafast_channel' },
  { key: 'source', property: 'datafast_source' },
  { key: 'campaign', property: 'datafast_campaign' },
  { key: 'clickId', property: 'datafast_click_id_type' },
  { key: 'score', property: 'datafast_lead_score' },
];

/** Shows what the destinations have, and counts the differences. */
export function report(stage: Stage, { history, live }: People): number {
  const everybody = [...history, ...live];
  const shown = new Set(live.flatMap(expectedEmail));
  showContacts(stage, shown);
  const differences = [
    ...contactDifferences(stage, everybody),
    ...showSideBySide(stage, everybody.flatMap(expectedEmail), shown),
  ];
  const absent = everybody.filter((persona) => expectedEmail(persona).length === 0);
  const about = absent.map((one) => `${emailOf(one) ?? 'no email'}: ${one.about}`);
  console.log(`Not there, as expected:\n${lines(about)}\n`);
  differences.push(...reportEvents(stage, everybody, shown));
  if (differences.length > 0) console.error(`Not as expected:\n${lines(differences)}`);
  else console.log(`Every contact and every event of ${everybody.length} people is as expected.`);
  return differences.length;
}

function showContacts({ hubspot }: Stage, emails: ReadonlySet<string>): void {
  const table = new Table({
    head: ['email', 'match', 'channel', 'source', 'campaign', 'click ID', 'score'],
    style: { head: [], border: [], compact: true },
  });
  for (const email of emails) {
    const properties = hubspot.contact(email)?.properties;
    table.push([email, ...COLUMNS.map(({ property }) => properties?.[property] ?? '')]);
  }
  const others = hubspot.contacts().length - emails.size;
  console.log(`\nWhat HubSpot has now, beside ${others} contacts of the last month:\n${table}\n`);
}

function contactDifferences({ hubspot }: Stage, personas: readonly Persona[]): string[] {
  const differences: string[] = [];
  const emails = new Set(personas.flatMap(expectedEmail));
  for (const persona of personas) {
    const [email] = expectedEmail(persona);
    if (!persona.expected || email === undefined) continue;
    const properties = hubspot.contact(email)?.properties;
    if (!properties) {
      differences.push(`${email} is not in HubSpot`);
      continue;
    }
    for (const { key, property } of COLUMNS) {
      const held = properties[property] ?? '';
      const expected = persona.expected[key];
      if (held === expected) continue;
      differences.push(`${email}: ${property} is "${held}", expected "${expected}"`);
    }
  }
  for (const { properties } of hubspot.contacts()) {
    if (emails.has(properties.email ?? '')) continue;
    differences.push(`${properties.email} is in HubSpot and should not be`);
  }
  return differences;
}

/** Nothing for somebody who must not be in the CRM. */
function expectedEmail(persona: Persona): string[] {
  const email = emailOf(persona);
  return persona.expected && email !== undefined ? [email] : [];
}

const emailOf = ({ webhooks }: Persona) => webhooks[0]?.signup.email?.toLowerCase();

const lines = (texts: readonly string[]) => texts.map((text) => `  ${text}`).join('\n');
