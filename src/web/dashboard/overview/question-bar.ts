// The question of the page: its period, what it is compared with, which touch counts, and its filters as chips.
import { html } from 'hono/html';
import { DIMENSIONS, type Dimension } from '../../../ledger/people/question.ts';
import { FILTER_OF, NONE } from '../../people-query.ts';
import type { Period } from '../../period.ts';
import type { Formats } from '../formats.ts';
import type { Markup } from '../page.ts';
import { humanize } from '../words.ts';
import type { Question } from './page-query.ts';

export const DIMENSION_WORDS: Readonly<Record<Dimension, string>> = {
  channel: 'Channel',
  source: 'Source',
  campaign: 'Campaign',
  landing_page: 'Landing page',
  country: 'Country',
  partner: 'Partner',
  provider: 'Provider',
  match: 'Match',
  status: 'Status',
};

const PRESETS = [
  ['7 days', { days: '7' }],
  ['30 days', { days: undefined }],
  ['90 days', { days: '90' }],
  ['This month', { period: 'month' }],
  ['This year', { period: 'year' }],
] as const;
const NO_PERIOD = { days: undefined, period: undefined, from: undefined, to: undefined };

/** `period`: what the question's period comes to. */
export function questionBar(question: Question, period: Period, formats: Formats): Markup {
  const { compare, touch = 'first', link, search } = question;
  const isCustom = question.from !== undefined || question.to !== undefined;
  const current = (is: boolean) => (is ? html` aria-current="true"` : '');
  const preset = ([name, changes]: (typeof PRESETS)[number]) => {
    const is =
      !isCustom &&
      Object.entries({ ...NO_PERIOD, ...changes }).every(
        ([key, value]) => (search.get(key) ?? undefined) === value,
      );
    return html`<a href="${link({ ...NO_PERIOD, ...changes })}"${current(is)}>${name}</a>`;
  };
  const kept = [...search].filter(([name]) => !(name in NO_PERIOD));
  return html`<section class="question" id="question" aria-label="Question">
<div class="head"><nav class="switch" aria-label="Period">${PRESETS.map(preset)}</nav>
<details class="menu"><summary${current(isCustom)}>${formats.day(period.from)} – ${formats.day(period.to)}</summary>
<form method="get" action="/" class="custom">${kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label>From<input type="date" name="from" value="${period.from}" required></label>
<label>To<input type="date" name="to" value="${period.to}" required></label><button>Show</button></form></details>
<nav class="switch" aria-label="Compared with">
<a href="${link({ compare: undefined })}"${current(compare === undefined)}>No comparison</a>
<a href="${link({ compare: 'previous' })}"${current(compare === 'previous')}>Period before</a>
<a href="${link({ compare: 'year' })}"${current(compare === 'year')}>Year before</a></nav>
<nav class="switch" aria-label="What counts as the origin">
<a href="${link({ touch: undefined })}"${current(touch === 'first')}>First touch</a>
<a href="${link({ touch: 'converting' })}"${current(touch === 'converting')} title="What brought people on the visit on which they signed up">Converting touch</a></nav></div>
${chips(question, formats)}</section>`;
}

function chips(question: Question, formats: Formats): Markup | string {
  const { link } = question;
  const chosen = DIMENSIONS.flatMap((dimension) => {
    const value = question[FILTER_OF[dimension]];
    return value === undefined ? [] : [{ dimension, name: FILTER_OF[dimension], value }];
  });
  if (chosen.length === 0) return '';
  const none = Object.fromEntries(chosen.map(({ name }) => [name, undefined]));
  return html`<ul class="chips" aria-label="Filters">${chosen.map(
    ({ dimension, name, value }) =>
      html`<li><a href="${link({ [name]: undefined })}" aria-label="Remove the filter ${DIMENSION_WORDS[dimension]}">${DIMENSION_WORDS[dimension]}: <b>${valueWords(dimension, value === NONE ? null : value, formats, question.touch)}</b> <span aria-hidden="true">×</span></a></li>`,
  )}${chosen.length > 1 ? html`<li><a class="plain" href="${link(none)}">Remove all</a></li>` : ''}</ul>`;
}

/** A value as people read it. */
export function valueWords(
  dimension: Dimension,
  value: string | null,
  formats: Formats,
  touch: Question['touch'],
): string {
  // A visitor is known, and the visit of the signup is not.
  if (value === null && dimension === 'channel' && touch === 'converting') return 'Not known';
  if (value === null) return NO_VALUE[dimension] ?? 'None';
  if (dimension === 'country') return formats.country(value);
  return dimension === 'match' || dimension === 'status' ? humanize(value) : value;
}

const NO_VALUE: Partial<Record<Dimension, string>> = {
  channel: 'No visitor',
  source: 'No source',
  campaign: 'No campaign',
  landing_page: 'Not known',
  country: 'Not known',
  partner: 'No partner',
  match: 'Not looked up yet',
};
