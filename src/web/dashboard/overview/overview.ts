// The first page: what is broken, the question with its figures, where signups lose their source, and every signup.
import { html } from 'hono/html';
import type { OpenAlert } from '../../../health/alerts/open-alerts.ts';
import type { Coverage } from '../../../health/coverage.ts';
import type { Trouble } from '../../../health/look.ts';
import type { SignupRow } from '../../../ledger/query.ts';
import type { Stopped } from '../../../ledger/stopped.ts';
import type { Unfinished } from '../../../ledger/unfinished.ts';
import type { Problem } from '../../../model.ts';
import type { PeopleAnswer } from '../../answer-people.ts';
import type { Caller } from '../../caller.ts';
import type { Formats } from '../formats.ts';
import type { Markup } from '../page.ts';
import { signupList } from '../signup-list.ts';
import { troubleNotice } from '../trouble-notice.ts';
import { breakdown } from './breakdown.ts';
import { chartCard } from './chart-card.ts';
import { coverageTable } from './coverage-table.ts';
import { funnel } from './funnel.ts';
import { broken, healthLine, notices, settingsNotice, switchedOff } from './notices.ts';
import type { Interval, Question } from './page-query.ts';
import { questionBar } from './question-bar.ts';
import { tiles } from './tiles.ts';

export interface Overview {
  question: Question;
  answered: PeopleAnswer;
  interval: Interval;
  unfinished: Unfinished;
  problems: readonly Problem[];
  coverage: readonly Coverage[];
  /** When it was counted, where that is a while ago; ISO 8601. */
  coverageAt: string | undefined;
  /** Why nothing can be delivered now. */
  trouble: Trouble;
  /** What is broken now. */
  alerts: readonly OpenAlert[];
  /** Shown while nothing has arrived. */
  firstSteps: Markup | undefined;
  /** Destinations that their service has switched off. */
  stopped: readonly (Stopped & { label: string })[];
  /** Who looks. A viewer gets no buttons. */
  caller: Caller | undefined;
  list: { items: readonly SignupRow[]; nextCursor: string | undefined };
  /** What the operator has just done. */
  notice: string | undefined;
  formats: Formats;
}

/** The main part of the page. */
export function overview(shown: Overview): Markup {
  const { question, answered, interval, unfinished, coverage, trouble, alerts } = shown;
  const { problems, stopped, caller, list, notice, formats, firstSteps } = shown;
  const compared = { now: answered.now.total, before: answered.before?.answered.total };
  return html`<h1>Signups</h1>
${notice === undefined ? '' : (NOTICES[notice] ?? '')}
${stopped.map((one) => switchedOff(one, caller))}
${problems.length > 0 ? settingsNotice(problems) : ''}
<div id="broken" data-live>${troubleNotice(trouble)}${alerts.length > 0 ? broken(alerts) : trouble.length === 0 ? healthLine(unfinished, formats) : ''}</div>
${
  firstSteps ??
  html`<div id="health" data-live>${notices(coverage, unfinished)}</div>
${questionBar(question, answered.period, formats)}
${tiles(compared, formats)}
<div class="charts">${chartCard(answered, question, interval, formats)}${breakdown(answered, question, formats)}</div>
${funnel(answered, question, formats)}
${coverageTable(coverage, shown.coverageAt)}
${signupList(list, question, { answered, providers: providersOf(coverage, question), caller, formats, done: notice ?? null })}`
}`;
}

const said = (text: string) => html`<p class="notice good" role="status">${text}</p>`;
const NOTICES: Readonly<Record<string, Markup>> = {
  erased: said('Everything Whence kept about that person is erased.'),
  'switched-on': said('The destination gets signups again. What was skipped can be replayed.'),
};

/** Providers that have sent something, and the chosen one. */
function providersOf(coverage: readonly Coverage[], { source }: Question): readonly string[] {
  const heard = coverage.flatMap((row) => row.source ?? []);
  return [...new Set([...heard, ...(source ? [source] : [])])].sort();
}
