// What a signup would write, beside what the CRM holds now: what GET /api/preview says, as a page.
import { html } from 'hono/html';
import type { SignupDetail } from '../../ledger/query.ts';
import { previewOf } from '../preview.ts';
import type { WebDependencies } from '../web.ts';
import { type Markup, storyPath } from './page.ts';
import { humanize } from './words.ts';

export async function previewPage(
  dependencies: WebDependencies,
  { id, email, visitorId }: SignupDetail,
): Promise<Markup> {
  const previewed = await previewOf(dependencies, {
    email: email ?? '',
    visitorId: visitorId ?? undefined,
  });
  const { unavailable, destinations } =
    'unavailable' in previewed
      ? { ...previewed, destinations: [] }
      : { ...previewed, unavailable: undefined };
  return html`<p><a href="${storyPath(id)}">Back to the signup</a></p>
<h1>Preview of ${email ?? id}</h1>
<p>What a signup of theirs would write now. Nothing has been written.</p>
${unavailable && html`<p class="notice bad">${unavailable}</p>`}
${destinations.map(
  ({ name, seen }) => html`<section class="card"><h2>${humanize(name)}</h2>
${'failed' in seen ? html`<p class="notice bad">It cannot be read now: <code>${seen.failed.reason}</code></p>` : ''}
<div class="scroll tall" tabindex="0" role="region" aria-label="${humanize(name)}"><table class="preview"><thead><tr><th scope="col">Property</th><th scope="col">In the CRM now</th><th scope="col">Would be</th><th scope="col">Because</th></tr></thead>
<tbody>${('failed' in seen ? [] : seen.properties).map(({ property, now, wouldBe, action, why }) => html`<tr class="${action}"><th scope="row"><code>${property}</code></th><td>${now ?? '–'}</td><td>${wouldBe ?? '–'}</td><td>${action === 'write' ? 'written' : 'kept'}: ${why}</td></tr>`)}</tbody></table></div></section>`,
)}`;
}
