// The field table as the documentation shows it: whole in docs/fields.md, in short in the README.
import type { Field } from '../src/destinations/field.ts';
import { fields, requestedFields } from '../src/destinations/fields.ts';
import { destinations } from '../src/destinations/index.ts';

/** The fields of an event have a page of their own: it is no record of a person. */
const records = destinations.filter(({ key }) => key !== 'signup');

/** The fields that one destination alone has. */
const ownFields = records.map(({ label, fields: all }) => ({
  label,
  own: all.filter(
    ({ property }) => ![...fields, ...requestedFields].some((field) => field.property === property),
  ),
}));

/** The fields of each destination, which may be a part of all. */
const parts = records.map(({ label, fields: all }) => ({
  label,
  properties: all.map(({ property }) => property),
  isPart: !fields.every(({ property }) => all.some((field) => field.property === property)),
}));

/** All of docs/fields.md. */
export function fieldsInFull(): string {
  const sections = [
    section(
      'Signup snapshot',
      'Written once, as a whole: a contact has it when `datafast_signed_up_at` is set. It describes the earliest signup.',
      fields.filter(({ snapshot }) => snapshot === 'signup'),
    ),
    section(
      'First touch',
      'Written once, as a whole: a contact has it when `datafast_visitor_id` is set. A contact first seen without a visitor still gets it when a later event, or a refresh, brings one. While `datafast_channel` is `Unknown`, the first touch is not frozen: when the source of the same visitor becomes known, by a refresh, a replay or a later signup, the whole snapshot is written again. Another visitor never replaces it.',
      fields.filter(({ snapshot }) => snapshot === 'first_touch'),
    ),
    section(
      'Converting touch',
      'What brought the person on the visit during which they signed up. Written once, as a whole: a contact has it when `datafast_converting_channel` is set. It is written whenever it is known, also when the first visit was the one of the signup. It belongs to the signup of the signup snapshot, and no later signup writes it.',
      fields.filter(({ snapshot }) => snapshot === 'converting_touch'),
    ),
    section(
      'Live',
      'Written whenever there is a value, and again an hour, a day and a week after the signup. A missing value never erases an earlier one, and an older one never replaces a newer.',
      fields.filter(({ write }) => write === 'always'),
    ),
    section(
      'On request',
      'Off until `FIELD_NAMES` names it, for all destinations or for one: `{"datafast_story_url":"datafast_story_url"}` keeps the name, and another one is a property of your own. The link belongs to the signup that the contact tells, so a later signup leaves it alone. It opens for those who may see the dashboard.',
      requestedFields,
    ),
    ...ownFields
      .filter(({ own }) => own.length > 0)
      .map(({ label, own }) =>
        section(
          `${label}’s own`,
          'They belong to you: filled on a new contact, or only where they are empty.',
          own,
        ),
      ),
    ...parts
      .filter(({ properties, isPart }) => isPart && properties.length > 0)
      .map(
        ({ label, properties }) =>
          `## In ${label}\n\nOnly these: ${properties.map((property) => `\`${property}\``).join(', ')}. docs/destinations.md says why.`,
      ),
  ];
  return `<!-- Made from the field table by \`npm run docs\`. -->

# Fields

What Whence writes onto a contact. \`npx whence-crm provision\` creates the \`datafast_*\` properties (in HubSpot in the group
\`datafast\`), and changes none that is there. [\`FIELD_NAMES\`](settings.md#your-own-field-names) maps each to a property of your own, or leaves it out.

* \`datafast_source\` has the name that Whence gives the source, such as Facebook. \`datafast_utm_source\` has the tag as it came, such as \`fb\`.
* \`hs_google_click_id\` gets a \`gclid\` only, because HubSpot matches it with Google Ads. Every click ID is in \`datafast_click_id\`.
* What the CRM does not accept (a property that is missing or read-only, a value that is no option) is left out. The delivery's \`detail\` names
  it, and the rest arrives.

${sections.join('\n\n')}
`;
}

function section(title: string, text: string, table: readonly Field[]): string {
  const rows = table.map((field) => [
    `\`${field.property}\``,
    field.label,
    typeOf(field),
    field.asOf ? `\`${field.asOf}\`` : '',
    field.description,
  ]);
  const head = ['property', 'label', 'type', 'as old as', 'what it says'];
  const options = table
    .filter((field) => field.options)
    .map(({ property, options: values = [] }) => `\`${property}\`: ${values.join(', ')}.`);
  return [`## ${title}`, text, markdownTable(head, rows), ...options].join('\n\n');
}

function typeOf({ type, unit }: Field): string {
  return unit ? `${type} (${unit.replace('us_', 'US ')})` : type;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
