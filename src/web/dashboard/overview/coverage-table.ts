// How many signups of each source carry their source, and where the others were lost, with a link to each list.
import { html } from 'hono/html';
import type { Coverage, Loss } from '../../../health/coverage.ts';
import { COVERAGE_DAYS } from '../../../health/read-coverage.ts';
import { type Markup, time } from '../page.ts';
import { percent } from '../words.ts';

/** More causes are folded. */
const MOST_LOSSES = 3;

/** Nothing while no signup has arrived. `countedAt`: where that is a while ago; ISO 8601. */
export function coverageTable(coverage: readonly Coverage[], countedAt?: string): Markup {
  const [all, ...each] = coverage;
  if (!all || all.received === 0) return html``;
  // With one source, all together is the same.
  const shown = each.length > 1 ? [all, ...each] : each;
  return html`<section class="card"><h2>Where signups lose their source</h2>
<p class="hint">Webhooks that arrived in the last ${COVERAGE_DAYS} days, whatever is chosen above, and the change against the ${COVERAGE_DAYS} days before. <span id="coverage-at" data-live>${countedAt === undefined ? '' : html`Counted at ${time(countedAt)}.`}</span></p>
<div class="scroll tall" tabindex="0" role="region" aria-label="Where signups lose their source"><table id="coverage" class="coverage" data-live>
<thead><tr><th scope="col">Provider</th><th scope="col" class="number">Signups</th><th scope="col" class="number">With visitor ID</th><th scope="col" class="number">Visitor known</th><th scope="col" class="number">Source known</th><th scope="col" class="number">Change</th><th scope="col" class="number">In the CRM</th><th scope="col">Lost</th></tr></thead>
<tbody>${shown.map(row)}</tbody></table></div></section>`;
}

function row(coverage: Coverage): Markup {
  const { source, received, withVisitorId, matched, sourceKnown, inCrm, losses } = coverage;
  const more = losses.slice(MOST_LOSSES);
  const cell = (name: string, value: string | number) =>
    html`<td class="number" data-name="${name}">${value}</td>`;
  return html`<tr><th scope="row">${source ?? 'All'}</th>${cell('Signups', received)}${cell('With visitor ID', withVisitorId)}${cell('Visitor known', matched)}${cell('Source known', `${sourceKnown} (${percent(sourceKnown, received)})`)}${cell('Change', change(coverage))}${cell('In the CRM', inCrm)}<td>${losses.slice(0, MOST_LOSSES).map(lost)}${more.length > 0 ? html`<details id="losses-${source ?? ''}"><summary>and ${more.length} other ${more.length === 1 ? 'reason' : 'reasons'}</summary>${more.map(lost)}</details>` : ''}</td></tr>`;
}

function lost({ count, filters, says, fix }: Loss, index: number): Markup {
  const query = new URLSearchParams(filters);
  return html`${index > 0 ? html`<br>` : ''}<a href="/?${query.toString()}#list">${count}</a> <span title="${fix}">${says}</span>`;
}

/** In points. */
function change({ share, shareBefore }: Coverage): string {
  if (share === null || shareBefore === null) return '–';
  const points = Math.round((share - shareBefore) * 100);
  return points === 0 ? '±0' : points > 0 ? `+${points}` : `−${-points}`;
}
