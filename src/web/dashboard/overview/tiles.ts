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
  const tile = (name: string, value: string, note: string, moved: Markup | string) =>
    html`<div class="card tile"><dt>${name}</dt><dd><b>${value}</b> <span>${note}${note !== '' && moved !== '' ? ' · ' : ''}${moved}</span></dd></div>`;
  const moved = (of: keyof Figures) =>
    before ? change({ now: now[of], before: before[of] }, formats) : '';
  const rate = (name: string, of: 'known' | 'delivered') =>
    tile(
      name,
      share(now[of], now.people),
      `${number(now[of])} of ${number(now.people)}`,
      before ? points(shareOf(now, of), shareOf(before, of), formats) : '',
    );
  return html`<dl class="tiles" id="tiles" data-live>
${tile('People', number(now.people), 'who signed up', moved('people'))}
${rate('Source known', 'known')}
${rate('Delivered', 'delivered')}
${tile('Customers', number(now.customers), now.people === 0 ? '' : `${share(now.customers, now.people)} have paid`, moved('customers'))}
${tile('Expected value', money(now.expectedValue), now.meanExpectedValue === null ? '' : `${money(now.meanExpectedValue)} each`, moved('expectedValue'))}
${tile('Lead score', number(now.meanScore), 'mean, 0 to 100', moved('meanScore'))}
${tile('Days to signup', number(now.medianDaysToSignup), 'median', before && before.medianDaysToSignup !== null ? html`<span class="change" title="in the period before">before: ${number(before.medianDaysToSignup)}</span>` : '')}
</dl>`;
}

const shareOf = (figures: Figures, of: 'known' | 'delivered') =>
  figures.people === 0 ? null : figures[of] / figures.people;

/** ▲ 12 %, in the colour of good or bad news. More people of whom nothing is known are neither: `isNews` is false. */
export function change(
  { now, before }: { now: number | null; before: number | null },
  { share, number }: Formats,
  isNews = true,
): Markup | string {
  if (now === null || before === null) return '';
  const title = `${number(before)} before`;
  if (before === 0 && now > 0) return html`<span class="change" title="${title}">new</span>`;
  return arrow(now - before, share(Math.abs(now - before), Math.abs(before)), title, isNews);
}

/** ▲ 3 points: a share of 40 % that was 37 %. */
function points(now: number | null, before: number | null, { share, number }: Formats) {
  if (now === null || before === null) return '';
  const by = Math.round(Math.abs(now - before) * 100);
  const words = `${number(by)} ${by === 1 ? 'point' : 'points'}`;
  return arrow(by === 0 ? 0 : now - before, words, `${share(before, 1)} before`);
}

function arrow(difference: number, by: string, title: string, isNews = true): Markup {
  if (difference === 0) return html`<span class="change" title="${title}">as before</span>`;
  const [word, sign] = difference > 0 ? ['up', '▲'] : ['down', '▼'];
  return html`<span class="change${isNews ? ` ${word}` : ''}" title="${title}"><span aria-hidden="true">${sign}</span> <span class="spoken">${word} by</span>${by}</span>`;
}
