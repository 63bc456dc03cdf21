// One destination on a signup's page: how far it got, the contact there, and what was written.
import { html } from 'hono/html';
import type { OpenDestination } from '../../destinations/destination.ts';
import type { Field } from '../../destinations/field.ts';
import { heldTimeOf } from '../../destinations/held-time.ts';
import { lackOf } from '../../ledger/lacks.ts';
import type { SignupDetail } from '../../ledger/query.ts';
import { isoOf } from '../../time.ts';
import { because } from './because.ts';
import { type Markup, time } from './page.ts';
import { pairs } from './pairs.ts';
import { badge } from './signup-list.ts';
import { decimal, dollars } from './words.ts';

type DeliveryStory = SignupDetail['deliveries'][number];

/** `destination` is absent when it is off now. `isOpen`: whether the values are shown at once. */
export function deliveryCard(
  item: DeliveryStory,
  destination: Pick<OpenDestination, 'label' | 'fields' | 'contactUrl'> | undefined,
  isOpen: boolean,
): Markup {
  const { status, externalId, deliveredAt, nextAttemptAt, attempts } = item;
  const url = externalId ? destination?.contactUrl?.(externalId) : undefined;
  return html`<section class="card"><div class="head"><h2>${destination?.label ?? item.destination} ${badge(status)}</h2>${url && html`<a class="button" href="${url}" rel="noreferrer" target="_blank">Open the contact</a>`}</div>${pairs(
    {
      Reason: because(item),
      Attempts: String(attempts),
      Delivered: deliveredAt && time(deliveredAt),
      [lackOf(item) ? 'Waits until' : 'Next attempt']:
        status === 'waiting' && nextAttemptAt && time(nextAttemptAt),
      Contact: externalId && html`<code>${externalId}</code>`,
    },
  )}${written(item, destination?.fields ?? [], isOpen)}</section>`;
}

const GROUPS = [
  'Signup',
  'First touch',
  'Visit of the signup',
  'Newest figures',
  'Contact',
] as const;
type Group = (typeof GROUPS)[number];

/** In the words of the field table. A property of another time or destination keeps its name. */
function written(
  { destination, fields }: DeliveryStory,
  table: readonly Field[],
  isOpen: boolean,
): Markup {
  if (!fields || Object.keys(fields).length === 0) {
    return html`<p class="hint">Nothing was written there.</p>`;
  }
  const known = new Map(table.map((field) => [field.property, field]));
  const rows = Object.entries(fields).map(([property, value]) => {
    const field = known.get(property);
    return { property, value, field, group: groupOf(field) };
  });
  const groups = GROUPS.map((group) => ({ group, of: rows.filter((row) => row.group === group) }));
  return html`<details id="written-${destination}"${isOpen ? html` open` : ''}><summary>What was written: ${rows.length} ${rows.length === 1 ? 'value' : 'values'}</summary>
<label class="check"><input type="checkbox" class="names" name="names" value="${destination}"> Show property names</label>
<div class="columns">${groups.map(({ group, of }) => of.length > 0 && html`<div><h3>${group}</h3><dl class="pairs">${of.map(({ property, value, field }) => html`<div><dt>${field?.label ?? property}${field && html`<code class="name">${property}</code>`}</dt><dd>${shown(value, field)}</dd></div>`)}</dl></div>`)}</div></details>`;
}

function groupOf(field: Field | undefined): Group {
  if (field?.snapshot === 'signup' || field?.write === 'with_signup') return 'Signup';
  if (field?.snapshot === 'first_touch') return 'First touch';
  if (field?.snapshot === 'converting_touch') return 'Visit of the signup';
  return field?.write === 'always' ? 'Newest figures' : 'Contact';
}

function shown(value: string, field: Field | undefined): Markup | string {
  if (field?.type === 'datetime') {
    const ms = heldTimeOf(value);
    return ms === undefined ? value : time(isoOf(ms));
  }
  const number = Number(value);
  if (field?.type !== 'number' || !Number.isFinite(number)) return value;
  if (field.unit === 'us_dollars') return dollars(number);
  const isShare = field.unit === 'share' || field.unit === 'probability';
  return isShare ? `${decimal(number * 100)} %` : decimal(number);
}
