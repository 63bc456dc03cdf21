// The figures of the question, each with its change against the period before.
import { html } from 'hono/html';
import type { Figures } from '../../../ledger/people/tally.ts';
import type { Formats } from '../formats.ts';
import type { Markup } from '../page.ts';

export interface Compared {
  now: Figures;
  before: Figures | undefined;
}

export function tiles({ now, before }: Compared, formats: Formats): Markup {
  const { number, money, share } = formats;
  const tile = (name: string, value: string, note: Markup | string, of: keyof Figures) =>
    html`<div class="card tile"><dt>${name}</dt><dd><b>${value}</b> <span>${note}${before ? html` ${change(now[of], before[of], formats)}` : ''}</span></dd></div>`;
  return html`<dl class="tiles" id="tiles" data-live>
${tile('People', number(now.people), 'who signed up', 'people')}
${tile('Source known', share(now.known, now.people), `${number(now.known)} of ${number(now.people)}`, 'known')}
${tile('Delivered', share(now.delivered, now.people), `${number(now.delivered)} of ${number(now.people)}`, 'delivered')}
${tile('Customers', number(now.customers), `${share(now.customers, now.people)} have paid`, 'customers')}
${tile('Expected value', money(now.expectedValue), `${money(now.meanExpectedValue)} each`, 'expectedValue')}
${tile('Lead score', number(now.meanScore), 'mean, 0 to 100', 'meanScore')}
${tile('Days to signup', number(now.medianDaysToSignup), 'median, from the first visit', 'medianDaysToSignup')}
</dl>`;
}

/** ▲ 12 % */
export function change(
  now: number | null,
  before: number | null,
  { share, number }: Formats,
): Markup | string {
  if (now === null || before === null) return '';
  const [word, sign] = now > before ? ['up', '▲'] : now < before ? ['down', '▼'] : ['same', '='];
  const by =
    now === before ? '' : before === 0 ? 'new' : share(Math.abs(now - before), Math.abs(before));
  return html`<span class="change ${word}" title="${number(before)} before"><span aria-hidden="true">${sign}</span> ${word === 'same' ? 'as before' : html`<span class="spoken">${word}</span>${by}`}</span>`;
}
