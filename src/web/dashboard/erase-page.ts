// Asks before a person is erased. It is a page of its own, so that it needs no script.
import { html } from 'hono/html';
import { findReason } from '../../health/all-reasons.ts';
import { storyPath } from '../../identifiers.ts';
import type { SignupDetail } from '../../ledger/query.ts';
import type { ErasedElsewhere } from '../../operations/erase-elsewhere.ts';
import { type Markup, proofField } from './page.ts';

export interface Confirmation {
  proof: string | undefined;
  /** The destinations that can erase what Whence has given them. */
  elsewhere: readonly string[];
}

export function confirmErasure(
  { id, email }: SignupDetail,
  { proof, elsewhere }: Confirmation,
): Markup {
  const path = storyPath(id);
  return html`<h1>Erase ${email ?? id}?</h1>
${
  email === null
    ? html`<p>People are erased by their email, and this signup has none. <a href="${path}">Back</a></p>`
    : html`<section class="card"><p>This erases everything Whence keeps about this person: every signup of theirs, what was written, and the cached visitor. It cannot be undone.</p>
<p>The contact in the CRM stays. You can erase it there.</p>
<form method="post" action="${path}/erase">${proofField(proof)}${elsewhere.length > 0 && html`<label class="check"><input type="checkbox" name="destinations" value="true"> First erase what Whence has written there: ${elsewhere.join(', ')}</label>`}
<div class="actions"><button class="bad">Erase for good</button><a class="button" href="${path}">Keep</a></div></form></section>`
}`;
}

/** `names`: the destinations that cannot be asked now. Only the ledger knows what was written there. */
export function notErased(path: string, names: readonly string[]): Markup {
  return html`<h1>Not erased</h1><p>Nothing was erased here, because this cannot be reached now: ${names.join(', ')}. Try again in a minute, or erase without it. <a href="${path}/erase">Back</a></p>`;
}

/** `left`: the destinations that refuse. */
export function erasedButFor(
  left: readonly ErasedElsewhere[],
  labelOf: (name: string) => string,
): Markup {
  return html`<h1>Erased, but not everywhere</h1><section class="card"><p class="notice bad" role="alert">Everything that Whence kept about this person is erased. A destination has refused to erase what Whence has written there: remove it there by hand.</p><ul class="plain-list">${left.map(
    ({ name, reason }) =>
      html`<li><b>${labelOf(name)}</b>: <code>${reason}</code> ${findReason(reason ?? '')?.says}</li>`,
  )}</ul><p><a href="/">All signups</a></p></section>`;
}
