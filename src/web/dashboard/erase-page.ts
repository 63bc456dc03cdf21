// Asks before a person is erased. It is a page of its own, so that it needs no script.
import { html } from 'hono/html';
import { storyPath } from '../../identifiers.ts';
import type { SignupDetail } from '../../ledger/query.ts';
import { type Markup, proofField } from './page.ts';

export function confirmErasure({ id, email }: SignupDetail, proof: string | undefined): Markup {
  const path = storyPath(id);
  return html`<h1>Erase ${email ?? id}?</h1>
${
  email === null
    ? html`<p>People are erased by their email, and this signup has none. <a href="${path}">Back</a></p>`
    : html`<section class="card"><p>This erases everything Whence keeps about this person: every signup of theirs, what was written, and the cached visitor. It cannot be undone.</p>
<p>The contact in the CRM stays. You can erase it there.</p>
<form class="actions" method="post" action="${path}/erase">${proofField(proof)}<button class="bad">Erase for good</button><a class="button" href="${path}">Keep</a></form></section>`
}`;
}
