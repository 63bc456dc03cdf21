// What a signup would write, beside what the CRM holds now: what GET /api/preview says, as a page.
import { html } from 'hono/html';
import type { SignupDetail } from '../../delivery/ledger-query.ts';
import type { Preview } from '../../destinations/destination.ts';
import { preview } from '../preview.ts';
import type { WebDependencies } from '../web.ts';
import { type Markup, storyPath } from './page.ts';
import { humanize } from './words.ts';

interface Answer {
  /** Of a problem. */
  detail?: string;
  destinations?: (Partial<Preview> & { name: string; failed?: string })[];
}
const api = preview();

export async function previewPage(
  dependencies: WebDependencies,
  { id, email, visitorId }: SignupDetail,
): Promise<Markup> {
  const query = new URLSearchParams({ email: email ?? '', ...(visitorId ? { visitorId } : {}) });
  const response = await api.request(`/?${query}`, undefined, dependencies);
  const { detail, destinations = [] } = await response.json<Answer>();
  return html`<p><a href="${storyPath(id)}">Back to the signup</a></p>
<h1>Preview of ${email ?? id}</h1>
<p>What a signup of theirs would write now. Nothing has been written.</p>
${detail && html`<p class="notice bad">${detail}</p>`}
${destinations.map(
  ({ name, failed, properties = [] }) => html`<section class="card"><h2>${humanize(name)}</h2>
${failed && html`<p class="notice bad">It cannot be read now: <code>${failed}</code></p>`}
<div class="scroll tall" tabindex="0" role="region" aria-label="${humanize(name)}"><table class="preview"><thead><tr><th scope="col">Property</th><th scope="col">In the CRM now</th><th scope="col">Would be</th><th scope="col">Because</th></tr></thead>
<tbody>${properties.map(({ property, now, wouldBe, action, why }) => html`<tr class="${action}"><th scope="row"><code>${property}</code></th><td>${now ?? '–'}</td><td>${wouldBe ?? '–'}</td><td>${action === 'write' ? 'written' : 'kept'}: ${why}</td></tr>`)}</tbody></table></div></section>`,
)}`;
}
