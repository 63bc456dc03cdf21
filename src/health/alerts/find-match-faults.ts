// Faults of the cookie: fewer signups of a source have a visitor than before, or DataFast knows none of them.
import type { MatchFact } from '../../ledger/alert-facts.ts';
import { DAY_MS, timeOf } from '../../time.ts';
import { type Finding, nameOf } from './finding.ts';
import {
  findDrop,
  isStillLow,
  MOST_SIGNUPS,
  SMALLEST_WINDOW,
  shareOf,
  type Tally,
  tallyOf,
} from './match-drop.ts';
import type { KnownFault } from './next-alerts.ts';

/** A share that has lasted so long is the usual one. */
const NEW_NORMAL_MS = 14 * DAY_MS;
/** With the key of another website no visitor is known at all. */
const UNKNOWN_SHARE = 0.9;
const FEWEST_VISITORS = 10;
const LATEST_VISITORS = 20;

const KNOWN = ['matched', 'shared_visitor', 'bot'];

const CAUSES: Readonly<Record<string, string>> = {
  no_visitor_id: 'Most come without the cookie.',
  invalid_visitor_id: 'Most bring something else than the cookie’s value.',
  not_found: 'Most bring a visitor that DataFast does not know.',
  rejected_by_datafast: 'DataFast refuses most of the visitors.',
};

export interface MatchesToWatch {
  /** The newest first. */
  facts: readonly MatchFact[];
  /** Signups of a source in a month: each is a look. */
  signupsOf(source: string): number;
  known: readonly KnownFault[];
}

/** A source of which too little was read stays as it is known. */
export function findMatchFaults(
  { facts, signupsOf, known }: MatchesToWatch,
  nowMs: number,
): Finding[] {
  const factsOf = Map.groupBy(facts, ({ source }) => source);
  const faultOf = (check: Finding['check'], about: string) =>
    known.find(({ name }) => name === nameOf({ check, about }));
  const sources = new Set([
    ...factsOf.keys(),
    ...known.flatMap(({ finding: { check, about = '' } }) => (isOurs(check) ? [about] : [])),
  ]);
  return [...sources].flatMap((source) => {
    const own = (factsOf.get(source) ?? []).slice(0, MOST_SIGNUPS);
    const dropped = faultOf('match_rate', source);
    return [
      ...(dropped ? stillLow(dropped, own, nowMs) : drop(source, own, signupsOf(source))),
      ...findUnknown(source, own, faultOf('visitor_unknown', source), nowMs),
    ];
  });
}

const isOurs = (check: Finding['check']) => check === 'match_rate' || check === 'visitor_unknown';

function drop(source: string, own: readonly MatchFact[], signupsInAMonth: number): Finding[] {
  const found = findDrop(own.map(isKnown), signupsInAMonth);
  if (!found) return [];
  const { recent, before } = found;
  const lost = own.slice(0, recent.total).filter((fact) => !isKnown(fact));
  const percent = (tally: Tally) => `${Math.round(shareOf(tally) * 100)} %`;
  return [
    {
      check: 'match_rate',
      about: source,
      what: `Of the last ${recent.total} signups of ${source}, ${percent(recent)} have a known visitor; before them it was ${percent(before)}. ${CAUSES[mostFrequent(lost)] ?? ''}`.trim(),
      fix: `See whether the cookie datafast_visitor_id still reaches ${source}: docs/sources.md#${source}.`,
      usualShare: shareOf(before),
    },
  ];
}

/** It is measured against the share before the drop: with time, those before the last ones are lost ones, too. */
function stillLow(fault: KnownFault, own: readonly MatchFact[], nowMs: number): Finding[] {
  const { finding } = fault;
  const recent = tallyOf(own.map(isKnown), 0, SMALLEST_WINDOW);
  const isUnread = recent.total < SMALLEST_WINDOW;
  const isLow = isUnread || isStillLow(recent, finding.usualShare ?? 0);
  return isLow && !isNormalNow(fault, nowMs) ? [finding] : [];
}

const isNormalNow = ({ since }: KnownFault, nowMs: number) =>
  nowMs - (timeOf(since) ?? nowMs) > NEW_NORMAL_MS;

function findUnknown(
  source: string,
  own: readonly MatchFact[],
  fault: KnownFault | undefined,
  nowMs: number,
): Finding[] {
  const asked = own.filter(({ match }) => match === 'not_found' || isKnown({ match }));
  const latest = asked.slice(0, LATEST_VISITORS);
  if (latest.length < FEWEST_VISITORS) {
    return fault && !isNormalNow(fault, nowMs) ? [fault.finding] : [];
  }
  const unknown = latest.filter(({ match }) => match === 'not_found').length;
  if (unknown < latest.length * UNKNOWN_SHARE) return [];
  return [
    {
      check: 'visitor_unknown',
      about: source,
      what: `DataFast does not know ${unknown} of the last ${latest.length} visitors of ${source}.`,
      fix: 'Check that DATAFAST_API_KEY (and DATAFAST_WEBSITE_ID) belong to the website people sign up on, and that the script of DataFast runs there.',
      count: unknown,
    },
  ];
}

const isKnown = ({ match }: Pick<MatchFact, 'match'>) => KNOWN.includes(match);

function mostFrequent(facts: readonly MatchFact[]): string {
  const counts = new Map<string, number>();
  for (const { match } of facts) counts.set(match, (counts.get(match) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
