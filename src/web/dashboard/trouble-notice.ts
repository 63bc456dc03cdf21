// What stops every delivery now, above everything else on the page.
import { html } from 'hono/html';
import type { Trouble } from '../../health/look.ts';
import type { Markup } from './page.ts';

export const troubleNotice = (trouble: Trouble): Markup =>
  trouble.length === 0
    ? html``
    : html`<section class="notice bad"><h2>Deliveries stand still</h2><ul>
${trouble.map(({ says, todo }) => html`<li>${says} ${todo}</li>`)}
</ul><p>Webhooks are accepted meanwhile, and wait on the queue.</p></section>`;
