// Faults of the cookie: fewer signups of a source have a visitor than in the week before, or DataFast knows none of them.
import type { MatchFact } from '../../ledger/alert-facts.ts';
import type { Finding } from './finding.ts';

/** The latest signups, against those before. Fewer prove nothing. */
const RECENT = 20;
const MOST_BEFORE = 200;
/** Two-sided, p < 0.0001: it is asked again with every signup, so that p < 0.01 would wake somebody in every fourth healthy month. */
const SIGNIFICANT = 3.89;
const DROP = 0.3;
/** With the key of another website no visitor is known at all. */
const UNKNOWN_SHARE = 0.9;
const FEWEST_VISITORS = 10;

const KNOWN = ['matched', 'shared_visitor', 'bot'];

const CAUSES: Readonly<Record<string, string>> = {
  no_visitor_id: 'Most come without the cookie.',
  invalid_visitor_id: 'Most bring something else than the cookie’s value.',
  not_found: 'Most bring a visitor that DataFast does not know.',
  rejected_by_datafast: 'DataFast refuses most of the visitors.',
};

/** `facts`: the newest first. */
export function findMatchFaults(facts: readonly MatchFact[]): Finding[] {
  const sources = [...new Set(facts.map(({ source }) => source))];
  return sources.flatMap((source) => {
    const own = facts.filter((fact) => fact.source === source);
    return [...findDrop(source, own), ...findUnknown(source, own)];
  });
}

function findDrop(source: string, own: readonly MatchFact[]): Finding[] {
  const [recent, before] = [own.slice(0, RECENT), own.slice(RECENT, RECENT + MOST_BEFORE)];
  if (recent.length < RECENT || before.length < RECENT) return [];
  const [now, then] = [shareOf(recent), shareOf(before)];
  if (then - now <= DROP || !isSignificant(now, recent.length, then, before.length)) return [];
  const cause = CAUSES[mostFrequent(recent.filter((fact) => !isKnown(fact)))] ?? '';
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    {
      check: 'match_rate',
      about: source,
      what: `Of the last ${RECENT} signups of ${source}, ${percent(now)} have a known visitor; before them it was ${percent(then)}. ${cause}`.trim(),
      fix: `See whether the cookie datafast_visitor_id still reaches ${source}: docs/sources.md#${source}.`,
    },
  ];
}

/** The test of two proportions. */
function isSignificant(p1: number, n1: number, p2: number, n2: number): boolean {
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  return error > 0 && Math.abs(p1 - p2) / error > SIGNIFICANT;
}

function findUnknown(source: string, own: readonly MatchFact[]): Finding[] {
  const asked = own.filter(({ match }) => match === 'not_found' || isKnown({ match }));
  const latest = asked.slice(0, RECENT);
  const unknown = latest.filter(({ match }) => match === 'not_found').length;
  if (latest.length < FEWEST_VISITORS || unknown < latest.length * UNKNOWN_SHARE) return [];
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
const shareOf = (facts: readonly MatchFact[]) => facts.filter(isKnown).length / facts.length;

function mostFrequent(facts: readonly MatchFact[]): string {
  const counts = new Map<string, number>();
  for (const { match } of facts) counts.set(match, (counts.get(match) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
