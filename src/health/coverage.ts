// How many signups of each source carry their source into the CRM, and where the others were lost.
import type { CoverageRow } from '../ledger/coverage.ts';
import { LOSSES, type LossCause } from './losses.ts';

export interface Loss {
  cause: LossCause;
  count: number;
  /** Of the signups received, from 0 to 1; and the same in the period before, `null` where nothing came. */
  share: number;
  shareBefore: number | null;
  says: string;
  fix: string;
  /** The filters of the list that show them. */
  filters: Readonly<Record<string, string>>;
}

export interface Coverage {
  /** `null`: all sources together. */
  source: string | null;
  received: number;
  withVisitorId: number;
  matched: number;
  sourceKnown: number;
  inCrm: number;
  /** `sourceKnown` of `received`. */
  share: number | null;
  shareBefore: number | null;
  losses: readonly Loss[];
}

/** All sources together first, then each, the most signups first. */
export function coverageOf(
  now: readonly CoverageRow[],
  before: readonly CoverageRow[],
): Coverage[] {
  const sources = [...new Set(now.map(({ source }) => source))];
  const each = sources
    .map((source) => one(source, now.filter(isOf(source)), before.filter(isOf(source))))
    .sort((a, b) => b.received - a.received);
  return [one(null, now, before), ...each];
}

const isOf = (source: string) => (row: CoverageRow) => row.source === source;

function one(
  source: string | null,
  now: readonly CoverageRow[],
  before: readonly CoverageRow[],
): Coverage {
  const received = sum(now, () => true);
  return {
    source,
    received,
    // One that has not been looked up yet, as while DataFast is down, has an ID.
    withVisitorId: sum(now, ({ match }) => !WITHOUT_ID.includes(match)),
    matched: sum(now, isMatched),
    sourceKnown: sum(now, isKnown),
    inCrm: sum(now, ({ status }) => status === 'delivered'),
    share: shareOf(now, isKnown),
    shareBefore: shareOf(before, isKnown),
    losses: lossesOf(source, now, before),
  };
}

const WITHOUT_ID: readonly CoverageRow['match'][] = ['no_visitor_id', 'invalid_visitor_id'];
const isMatched = ({ match }: CoverageRow) => match === 'matched' || match === 'shared_visitor';
const isKnown = ({ match, known }: CoverageRow) => match === 'matched' && known === 1;

/** Each signup is lost once, at the first step. What is not in the CRM is counted beside that. */
function lossesOf(
  source: string | null,
  now: readonly CoverageRow[],
  before: readonly CoverageRow[],
): Loss[] {
  const received = sum(now, () => true);
  const hasNone = !now.some(isMatched);
  return LOSSES.flatMap(({ cause, is, filters, says, fix, onlyIf }) => {
    const count = sum(now, is);
    if (count === 0 || (onlyIf && !onlyIf({ hasNone, count, received }))) return [];
    return [
      {
        cause,
        count,
        share: count / received,
        shareBefore: shareOf(before, is),
        says,
        fix: fix.replace('docs/sources.md', source === null ? '$&' : `$&#${source}`),
        filters: { ...filters, ...(source !== null && { source }) },
      },
    ];
  }).sort((a, b) => b.count - a.count);
}

type Test = (row: CoverageRow) => boolean;

const sum = (rows: readonly CoverageRow[], is: Test) =>
  rows.reduce((total, row) => total + (is(row) ? row.count : 0), 0);

function shareOf(rows: readonly CoverageRow[], is: Test): number | null {
  const all = sum(rows, () => true);
  return all === 0 ? null : sum(rows, is) / all;
}
