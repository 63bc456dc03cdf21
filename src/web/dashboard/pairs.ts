// Names and values, one below the other.
import { html } from 'hono/html';
import type { Markup } from './page.ts';

/** A name without a value is left out. */
export function pairs(
  values: Readonly<Record<string, Markup | string | null | undefined | false>>,
): Markup {
  return html`<dl class="pairs">${Object.entries(values).map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
