// The code of a reason, with what the code cannot say.
import { html } from 'hono/html';
import type { Markup } from './page.ts';

/** Nothing where there is no reason. */
export function because({
  reason,
  detail,
}: {
  reason: string | null;
  detail: string | null;
}): Markup | null {
  return reason === null ? null : html`<code>${reason}</code>${detail ? html` ${detail}` : ''}`;
}
