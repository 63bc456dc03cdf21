// How far the people of the question got, from the signup to the CRM, and why the others did not.
import { html } from 'hono/html';
import type { Row } from '../../../ledger/people/question.ts';
import { MATCHES, type Match, UNKNOWN_CHANNEL } from '../../../model.ts';
import type { PeopleAnswer } from '../../answer-people.ts';
import { NONE } from '../../people-query.ts';
import type { Formats } from '../formats.ts';
import { MATCH_WORDS } from '../match-words.ts';
import type { Markup } from '../page.ts';
import type { Question } from './page-query.ts';

const WITHOUT_ID: readonly Match[] = ['no_visitor_id', 'invalid_visitor_id'];
const WITHOUT_VISITOR: readonly Match[] = ['not_found', 'bot', 'rejected_by_datafast'];

interface Loss {
  people: number;
  says: string;
  /** The filters that show them. */
  filters: Readonly<Record<string, string | undefined>>;
}

interface Step {
  name: string;
  people: number;
  /** Why those of the step before are not in this one. */
  losses: readonly Loss[];
}

/** Nothing where nobody signed up. */
export function funnel(
  { now }: PeopleAnswer,
  question: Question,
  formats: Formats,
): Markup | string {
  const all = now.total.people;
  if (all === 0) return '';
  const steps = stepsOf(now.total, now.rows.match ?? [], question);
  const lost = ({ people, says, filters }: Loss) =>
    html`<li><a href="${question.link(filters)}">${formats.number(people)}</a> ${says}</li>`;
  return html`<section class="card"><h2>From signup to CRM</h2>
<ol class="funnel" id="funnel" data-live>${steps.map(
    ({ name, people, losses }) =>
      html`<li><div class="head"><b>${name}</b> <span>${formats.number(people)} <span class="hint">${formats.share(people, all)}</span></span></div>
<meter min="0" max="${all}" value="${people}" aria-hidden="true"></meter>${losses.length > 0 ? html`<ul class="plain-list hint">${losses.map(lost)}</ul>` : ''}</li>`,
  )}</ol></section>`;
}

function stepsOf(
  total: PeopleAnswer['now']['total'],
  matches: readonly Row[],
  { touch }: Pick<Question, 'touch'>,
): Step[] {
  const count = (match: Match | null) => matches.find(({ value }) => value === match)?.people ?? 0;
  const losses = (some: readonly Match[]) =>
    MATCHES.filter((match) => some.includes(match) && count(match) > 0).map((match) => ({
      people: count(match),
      says: MATCH_WORDS[match].says,
      filters: { match },
    }));
  const sum = (some: readonly Match[]) => some.reduce((all, match) => all + count(match), 0);
  const withId = total.people - sum(WITHOUT_ID);
  const looked = count(null);
  const withVisitor = withId - sum(WITHOUT_VISITOR) - looked;
  const waiting = {
    people: looked,
    says: 'The visitor has not been looked up yet.',
    filters: { match: NONE },
  };
  const noMark = {
    people: total.matched - total.known,
    ...(touch === 'converting'
      ? {
          says: 'Nothing says what brought them on the visit of the signup.',
          filters: { channel: NONE, match: 'matched' },
        }
      : {
          says: 'Neither a tag nor a referrer says what brought them. Tag your links.',
          filters: { channel: UNKNOWN_CHANNEL },
        }),
  };
  const undelivered = total.people - total.delivered;
  const late = {
    people: total.failed,
    says: 'failed, and somebody must act.',
    filters: { status: 'failed' },
  };
  const rest = {
    people: undelivered - total.failed,
    says: 'waiting, or with nothing to write.',
    filters: { status: 'waiting' },
  };
  const some = (all: readonly Loss[]) => all.filter(({ people }) => people > 0);
  return [
    { name: 'Signed up', people: total.people, losses: [] },
    { name: 'With a visitor ID', people: withId, losses: losses(WITHOUT_ID) },
    {
      name: 'Visitor known',
      people: withVisitor,
      losses: [...losses(WITHOUT_VISITOR), ...some([waiting])],
    },
    {
      name: 'Source known',
      people: total.known,
      losses: [...losses(['shared_visitor']), ...some([noMark])],
    },
    {
      name: 'Delivered, with or without a source',
      people: total.delivered,
      losses: some([late, rest]),
    },
  ];
}
