// What a signup would write, next to what each destination holds now. It is GET /api/preview as a page.
import { html } from 'hono/html';
import type { PreviewedProperty } from '../../destinations/destination.ts';
import {
  isChange,
  isSame,
  type SideBySideCell,
  type SideBySideRow,
  sideBySide,
} from '../../destinations/side-by-side.ts';
import { findReason } from '../../health/all-reasons.ts';
import { storyPath } from '../../identifiers.ts';
import type { SignupDetail } from '../../ledger/query.ts';
import { Signup } from '../../model.ts';
import { nameOf } from '../for-viewer.ts';
import { type DestinationPreview, previewOf, readable } from '../preview.ts';
import type { WebDependencies } from '../web.ts';
import type { Markup } from './page.ts';

export async function previewPage(
  dependencies: WebDependencies,
  { id, email, visitorId, signup, deliveries }: SignupDetail,
  isMasked: boolean,
): Promise<Markup> {
  const message = Signup.safeParse(signup).data;
  const isUnverified = message?.emailVerified === false;
  // It has created the contact.
  const hasArrived = deliveries.some(({ deliveredAt }) => deliveredAt !== null);
  const onlyIfNew = (isUnverified && !hasArrived) || undefined;
  return html`<p><a href="${storyPath(id)}">Back to the signup</a></p>
<h1>Preview of ${nameOf({ id, email }, isMasked)}</h1>
${
  email === null
    ? html`<p class="notice">This signup has no email, so there is no contact to preview.</p>`
    : await previews(dependencies, {
        email,
        visitorId: visitorId ?? undefined,
        onlyIfNew,
        signup: message,
        isMasked,
      })
}`;
}

async function previews(
  dependencies: WebDependencies,
  person: Parameters<typeof previewOf>[1],
): Promise<Markup> {
  const previewed = await previewOf(dependencies, person);
  return html`<p>What a replay of this signup would write now. Nothing has been written.</p>
${
  'unavailable' in previewed
    ? html`<p class="notice bad">${previewed.unavailable}</p>`
    : all(previewed.destinations)
}`;
}

/** Several destinations stand side by side first. The table of each has the reasons. */
function all(destinations: readonly DestinationPreview[]): Markup {
  const shown = readable(destinations);
  return html`${shown.length > 1 && together(shown)}${destinations.map(destination)}`;
}

type Shown = ReturnType<typeof readable>[number];

function together(shown: readonly Shown[]): Markup {
  const rows = sideBySide(shown).filter(hasValue);
  const changes = rows.filter(({ wouldChange }) => wouldChange);
  const rest = rows.filter(({ wouldChange }) => !wouldChange);
  return html`<section class="card"><h2>All destinations</h2>
${changes.length === 0 ? html`<p>Nothing would change.</p>` : wideTable('All destinations: what would change', shown, changes)}
${rest.length > 0 && html`<details><summary>The same afterwards: ${rest.length} fields</summary>${wideTable('All destinations: what stays', shown, rest)}</details>`}</section>`;
}

const hasValue = ({ destinations }: SideBySideRow) =>
  Object.values(destinations).some(({ now, wouldBe }) => (now ?? wouldBe) !== null);

function wideTable(name: string, shown: readonly Shown[], rows: readonly SideBySideRow[]): Markup {
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="${name}"><table class="preview"><thead><tr><th scope="col">Field</th>${shown.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${rows.map(({ label, destinations }) => html`<tr><th scope="row">${label}</th>${shown.map((one) => cell(destinations[one.name]))}</tr>`)}</tbody></table></div>`;
}

/** What the destination holds, and after the arrow what it would hold. */
function cell(one: SideBySideCell | undefined): Markup {
  if (!one) return html`<td class="kept">–</td>`;
  const { property, now, wouldBe, why } = one;
  if (isChange(one)) {
    return html`<td title="${property}: ${why}">${now !== null && html`<s>${now}</s> → `}<b>${wouldBe}</b></td>`;
  }
  const isOther = wouldBe !== null && !isSame(now, wouldBe);
  return html`<td class="kept" title="${property}: ${why}">${now ?? '–'}${isOther && html`<br><small>not ${wouldBe}: ${why}</small>`}</td>`;
}

function destination({ label, seen }: DestinationPreview): Markup {
  if ('failed' in seen) {
    const { code, detail } = seen.failed.reason;
    if (seen.failed.status === 'skipped') {
      return html`<section class="card"><h2>${label}</h2><p>Nothing would be written. ${findReason(code)?.says}</p></section>`;
    }
    return html`<section class="card"><h2>${label}</h2><p class="notice bad">It cannot be read now: <code>${code}</code> ${detail}</p></section>`;
  }
  const changes = seen.properties.filter(isChange);
  const rest = seen.properties.filter((row) => !isChange(row) && (row.now ?? row.wouldBe) !== null);
  return html`<section class="card"><h2>${label}</h2>
${whatWouldBe(label, seen.payload, changes)}
${rest.length > 0 && html`<details><summary>Fields that ${seen.payload === undefined ? 'stay as they are' : 'are not sent'}: ${rest.length}</summary>${table(`${label}: what stays`, 'What Whence has', rest)}</details>`}</section>`;
}

function whatWouldBe(
  label: string,
  payload: string | undefined,
  changes: readonly PreviewedProperty[],
): Markup {
  if (payload !== undefined) return html`<pre tabindex="0"><code>${payload}</code></pre>`;
  return changes.length === 0
    ? html`<p>Nothing would change.</p>`
    : table(`${label}: what would change`, 'Afterwards', changes);
}

function table(name: string, second: string, rows: readonly PreviewedProperty[]): Markup {
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="${name}"><table class="preview"><thead><tr><th scope="col">Field</th><th scope="col">In the CRM now</th><th scope="col">${second}</th><th scope="col">Because</th></tr></thead>
<tbody>${rows.map(({ property, label, now, wouldBe, action, why }) => html`<tr class="${action}"><th scope="row" title="${property}">${label}</th><td>${now ?? '–'}</td><td>${wouldBe ?? '–'}</td><td>${why}</td></tr>`)}</tbody></table></div>`;
}
