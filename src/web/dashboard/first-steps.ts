// The first page while nothing has arrived: what is set up already, what is missing, and the next step.
import { html } from 'hono/html';
import {
  HEALTH_DAYS,
  namesOn,
  type SourceHealth,
  sourceHealth,
} from '../../health/source-health.ts';
import { readSourceCounts } from '../../ledger/source-counts.ts';
import { lastOutcomes } from '../report.ts';
import type { WebDependencies } from '../web.ts';
import type { Markup } from './page.ts';

interface Step {
  isDone: boolean;
  what: string;
  next: Markup | string;
}

/** It asks no service: what the last report of the doctor said of the keys is kept in the ledger. */
export async function firstSteps(dependencies: WebDependencies): Promise<Markup> {
  const { ledger, now, sources, config } = dependencies;
  const [outcomes, rows] = await Promise.all([
    lastOutcomes(ledger),
    readSourceCounts(ledger, HEALTH_DAYS, now()),
  ]);
  const health = sourceHealth(rows, namesOn([...sources.values()], config), now());
  const steps = [...keySteps(outcomes, dependencies), ...sourceSteps(health)];
  return html`<section class="card" id="health" data-live><h2>No signups yet</h2>
<p>What is set up already, and what comes next. The page refreshes itself.</p>
<ol class="steps">${steps.map(
    ({ isDone, what, next }) =>
      html`<li class="${isDone ? 'done' : 'open'}">${isDone ? '✓' : '○'} ${what}${isDone ? '' : html`<br><span class="hint">${next}</span>`}</li>`,
  )}</ol>
<p>Everything else: <a href="/doctor">the doctor</a>.</p></section>`;
}

/** What the services say of the keys. */
function keySteps(
  outcomes: Readonly<Record<string, string | null>>,
  { config, destinations }: WebDependencies,
): Step[] {
  const step = (name: string, what: string): Step => ({
    isDone: outcomes[name] === null,
    what,
    next: outcomes[name] ?? html`Not asked yet. <a href="/doctor">The doctor asks.</a>`,
  });
  return [
    { isDone: config.problems.length === 0, what: 'The settings are valid', next: 'See above.' },
    step('datafast', 'DataFast accepts the key'),
    ...destinations().map(({ name, label }) => step(name, `${label} takes what Whence writes`)),
  ];
}

function sourceSteps(health: readonly SourceHealth[]): Step[] {
  const accepted = health.reduce((sum, { last30Days }) => sum + last30Days.accepted, 0);
  const withVisitorId = health.reduce((sum, { last30Days }) => sum + last30Days.withVisitorId, 0);
  const heard = health.map(
    ({ source, lastHeardAt, refusedInARow }): Step => ({
      isDone: lastHeardAt !== null,
      what: `A webhook of ${source} has come`,
      next:
        refusedInARow > 0
          ? `${refusedInARow} webhooks were refused: check its secret.`
          : `Add its webhook at the provider (docs/sources.md#${source}), or send a sample: npx whence-crm send ${source}`,
    }),
  );
  return [
    ...heard,
    {
      isDone: withVisitorId > 0,
      what: 'A signup brought the cookie',
      next: 'docs/sources.md says where each provider carries it; the doctor shows the place.',
    },
    {
      isDone: accepted > 0,
      what: 'The first signup has arrived',
      next: 'It appears here within seconds.',
    },
  ];
}
